from frappe.model.document import Document


class ModeofPaymentAccount(Document):
	"""Where the money of a company goes that is paid so."""
