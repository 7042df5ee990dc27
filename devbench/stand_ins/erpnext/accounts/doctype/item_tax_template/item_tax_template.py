import frappe
from frappe.model.document import Document


class ItemTaxTemplate(Document):
	"""What is raised on an Item, in one company."""

	def autoname(self):
		self.name = f"{self.title} - {frappe.get_cached_value('Company', self.company, 'abbr')}"
