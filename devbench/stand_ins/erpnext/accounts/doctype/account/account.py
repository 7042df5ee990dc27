import frappe
from frappe.model.document import Document


class Account(Document):
	"""What is booked on; its name ends with the company's abbreviation."""

	def autoname(self):
		self.name = f"{self.account_name} - {frappe.get_cached_value('Company', self.company, 'abbr')}"
