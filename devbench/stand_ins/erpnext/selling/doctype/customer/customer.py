import frappe
from frappe import _
from frappe.contacts.address_and_contact import delete_contact_and_address
from frappe.model.document import Document


class Customer(Document):
	"""Who buys."""

	def autoname(self):
		if frappe.db.get_single_value("Selling Settings", "cust_master_name") == "Naming Series":
			frappe.model.naming.set_name_by_naming_series(self)
		else:
			self.name = self._free_name()

	def validate(self):
		self.flags.is_new_doc = self.is_new()
		if self.sales_team and sum(row.allocated_percentage or 0 for row in self.sales_team) != 100:
			frappe.throw(_("Total contribution percentage should be equal to 100"))

	def after_insert(self):
		if self.lead_name:
			frappe.db.set_value("Lead", self.lead_name, "status", "Converted")

	def on_update(self):
		# as ERPNext 16, which saves them with the permissions of whoever saves the Customer
		if self.customer_primary_contact:
			frappe.set_value("Contact", self.customer_primary_contact, "is_primary_contact", 1)
		if self.customer_primary_address:
			frappe.set_value("Address", self.customer_primary_address, "is_primary_address", 1)
		if self.flags.is_new_doc and self.lead_name:
			self._link_address_and_contact()

	def on_trash(self):
		self.db_set({"customer_primary_contact": None, "customer_primary_address": None})
		delete_contact_and_address("Customer", self.name)

	def _free_name(self):
		"""The customer's name, with a number behind it if somebody has it already."""
		if not frappe.db.exists("Customer", self.customer_name):
			return self.customer_name
		taken = frappe.get_all("Customer", {"name": ("like", f"{self.customer_name} - %")}, pluck="name")
		return f"{self.customer_name} - {len(taken) + 1}"

	def _link_address_and_contact(self):
		links = frappe.get_all(
			"Dynamic Link",
			{
				"parenttype": ("in", ("Contact", "Address")),
				"link_doctype": "Lead",
				"link_name": self.lead_name,
			},
			["parent", "parenttype"],
		)
		for link in links:
			document = frappe.get_doc(link.parenttype, link.parent)
			if not document.has_link("Customer", self.name):
				document.append("links", {"link_doctype": "Customer", "link_name": self.name})
				document.save(ignore_permissions=self.flags.ignore_permissions)
