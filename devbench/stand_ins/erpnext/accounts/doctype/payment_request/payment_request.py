import frappe
from frappe import _
from frappe.model.document import Document


class PaymentRequest(Document):
	"""What somebody is asked to pay, and where."""

	def on_submit(self):
		self.db_set("status", "Requested")
		if self.payment_gateway and not self.flags.mute_email:
			self.set_payment_request_url()

	def on_cancel(self):
		self.db_set("status", "Cancelled")

	def set_payment_request_url(self):
		self.db_set("payment_url", self.get_payment_url())
		self.db_set("status", "Initiated")

	def get_payment_url(self):
		return frappe.utils.get_url(f"/pay/{frappe.scrub(self.payment_gateway)}/{self.name}")


def make_payment_request(**args):
	"""The Payment Request over what of an order or invoice has yet to be paid."""
	args = frappe._dict(args)
	order = args.ref_doc or frappe.get_doc(args.dt, args.dn)
	open_requests = {"reference_doctype": args.dt, "reference_name": args.dn, "docstatus": 1}
	amount = order.get("rounded_total") or order.grand_total
	if args.dt == "Sales Invoice":
		amount = order.outstanding_amount
	amount -= sum(frappe.get_all("Payment Request", filters=open_requests, pluck="grand_total"))
	if not amount:
		frappe.throw(_("Payment Request is already created"))
	account = args.get("payment_gateway_account", {"is_default": 1, "company": order.company})
	account = frappe.db.get_value(
		"Payment Gateway Account", account, ["name", "payment_gateway"], as_dict=True
	)
	request = frappe.get_doc(
		{
			"doctype": "Payment Request",
			"company": order.company,
			"currency": order.currency,
			"grand_total": amount,
			"mode_of_payment": args.mode_of_payment,
			"email_to": args.recipient_id,
			"subject": _("Payment Request for {0}").format(args.dn),
			"party_type": "Customer",
			"party": order.customer,
			"reference_doctype": args.dt,
			"reference_name": args.dn,
			"payment_gateway_account": account and account.name,
			"payment_gateway": account and account.payment_gateway,
		}
	)
	request.flags.mute_email = bool(args.mute_email)
	if args.submit_doc:
		request.insert(ignore_permissions=True)
		request.submit()
	return request if args.return_doc else request.as_dict()
