from frappe.model.document import Document


class PaymentGatewayAccount(Document):
	"""Where the money of a gateway goes."""

	def autoname(self):
		self.name = f"{self.payment_gateway} - {self.company}"
