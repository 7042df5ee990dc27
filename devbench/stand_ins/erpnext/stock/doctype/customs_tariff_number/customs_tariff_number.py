from frappe.model.document import Document


class CustomsTariffNumber(Document):
	"""Customs Tariff Number, as far as this app touches it."""
