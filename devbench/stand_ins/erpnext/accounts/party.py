"""What documents take over from whom they are for."""

import frappe
from frappe.contacts.doctype.address.address import get_default_address


def set_address_details(
	party_details,
	party,
	party_type,
	doctype=None,
	company=None,
	party_address=None,
	company_address=None,
	shipping_address=None,
	dispatch_address=None,
	*,
	ignore_permissions=False,
):
	"""The address of the bill, which whoever asks has to be allowed to read."""
	address = party_address or get_default_address(party_type, party.name)
	if address and not ignore_permissions:
		frappe.get_doc("Address", address).check_permission()
	party_details.customer_address = address


def get_default_price_list(party):
	"""The Price List of a party, else that of its Customer Group."""
	group = party.get("customer_group")
	of_group = group and frappe.db.get_value("Customer Group", group, "default_price_list")
	return party.get("default_price_list") or of_group


def set_taxes(party, party_type, posting_date, company, **details):
	"""The template of a Tax Rule; there is none here."""
	return None


def get_lead_details(lead, company=None, doctype=None):
	"""What a document to a Lead takes over from it; in ERPNext a function of Lead."""
	lead = frappe.get_doc("Lead", lead)
	details = frappe._dict(contact_email=lead.email_id)
	set_address_details(details, lead, "Lead", doctype=doctype, company=company)
	return details


def get_party_account(party_type, party=None, company=None):
	"""The company's account of what customers owe."""
	return frappe.db.get_value("Account", {"company": company, "account_type": "Receivable"})
