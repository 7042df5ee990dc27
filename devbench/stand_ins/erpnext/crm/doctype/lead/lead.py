import frappe
from frappe import _
from frappe.contacts.address_and_contact import delete_contact_and_address
from frappe.contacts.doctype.address.address import get_default_address
from frappe.contacts.doctype.contact.contact import get_default_contact
from frappe.model.document import Document
from frappe.model.mapper import get_mapped_doc


class Lead(Document):
	"""Who may become a Customer."""

	def validate(self):
		names = [self.first_name, self.last_name]
		self.lead_name = " ".join(filter(None, names)) or self.lead_name or self.company_name
		self.title = self.company_name or self.lead_name
		self._check_email()

	def before_insert(self):
		self.contact_doc = None
		if frappe.db.get_single_value("CRM Settings", "auto_creation_of_contact"):
			self.contact_doc = self.create_contact()

	def after_insert(self):
		if self.contact_doc:
			self.contact_doc.append("links", {"link_doctype": "Lead", "link_name": self.name})
			self.contact_doc.save()

	def on_trash(self):
		delete_contact_and_address(self.doctype, self.name)

	def create_contact(self):
		contact = frappe.new_doc("Contact")
		contact.update({"first_name": self.first_name or self.company_name, "last_name": self.last_name})
		contact.company_name = self.company_name
		if self.email_id:
			contact.append("email_ids", {"email_id": self.email_id, "is_primary": 1})
		if self.mobile_no:
			contact.append("phone_nos", {"phone": self.mobile_no, "is_primary_mobile_no": 1})
		contact.insert(ignore_permissions=True)
		contact.reload()
		return contact

	def _check_email(self):
		if not self.email_id:
			return
		if frappe.db.get_single_value("CRM Settings", "allow_lead_duplication_based_on_emails"):
			return
		others = frappe.get_all("Lead", {"email_id": self.email_id, "name": ("!=", self.name)}, pluck="name")
		if others:
			message = _("Email Address must be unique, it is already used in {0}").format(", ".join(others))
			frappe.throw(message, frappe.DuplicateEntryError)


@frappe.whitelist()
def make_customer(source_name, target_doc=None):
	"""What the button of the Lead's form opens."""
	return _make_customer(source_name, target_doc)


def _make_customer(source_name, target_doc=None, ignore_permissions=False):
	"""A Customer that is not inserted yet, with the Lead's values."""

	def set_missing_values(source, target):
		target.customer_type = "Company" if source.company_name else "Individual"
		target.customer_name = source.company_name or source.lead_name
		# as ERPNext 16
		target.customer_primary_address = get_default_address("Lead", source.name)
		target.customer_primary_contact = get_default_contact("Lead", source.name)

	customer = {
		"doctype": "Customer",
		"field_map": {"name": "lead_name", "company_name": "customer_name"},
		"field_no_map": ["disabled"],
	}
	return get_mapped_doc(
		"Lead",
		source_name,
		{"Lead": customer},
		target_doc,
		set_missing_values,
		ignore_permissions=ignore_permissions,
	)
