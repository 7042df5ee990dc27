"""Breakages of customers and addresses: statements 126 to 163."""

from tests.mutants.breakage import Breakage

RIM = "api.py"
LEAD = "customers/lead.py"
SIGN_UP = "customers/sign_up.py"
PARTIES = "customers/parties.py"
CONVERSION = "customers/conversion.py"
LINKING = "customers/linking.py"
ADDRESS = "customers/address.py"
ADDRESS_FIELDS = "customers/address_fields.py"
CUSTOMER = "customers/customer.py"
CREATE = "selling/quotation/create.py"
UPDATE = "selling/quotation/decide.py"
ORDERS_A_LEAD = '"party_name": customer, "customer_name": name'
LEAD_FLAGS = 'lead.flags.update({"ignore_permissions": True, "ignore_mandatory": True'
FLAGS = 'customer.flags.update({"ignore_permissions": True, "ignore_mandatory": True'
NEW_CUSTOMER = 'frappe.get_doc({"doctype": "Customer", "customer_name": frappe.db.get_value("Lead", source.name, "company_name")})'

BREAKAGES = [
	Breakage(126, UPDATE, ORDERS_A_LEAD, '"party_name": doc.party_name, "customer_name": name'),
	Breakage(127, SIGN_UP, "	_register(person, account, named)\n", ""),
	Breakage(128, LEAD, "frappe.enqueue(JOB, data=data)", 'frappe.enqueue(JOB, queue="long", data=data)'),
	Breakage(
		129, SIGN_UP, '		"organization_name": person.organization_name,\n		"t_c', '		"t_c'
	),
	Breakage(130, LEAD, '	"company_name": "organization_name",\n', ""),
	Breakage(131, LEAD, LEAD_FLAGS, LEAD_FLAGS.replace('mandatory": True', 'mandatory": False')),
	Breakage(132, PARTIES, 'filters={"medusa_id": medusa_id},', 'filters={"name": medusa_id},'),
	Breakage(
		133,
		PARTIES,
		"Party(doctype, rows[0].name, rows[0][title])",
		"Party(doctype, rows[0][title], rows[0][title])",
	),
	Breakage(
		134,
		PARTIES,
		'(("Customer", "customer_name"), ("Lead", "lead_name"))',
		'(("Lead", "lead_name"), ("Customer", "customer_name"))',
	),
	Breakage(135, CREATE, '"quotation_to": party.doctype', '"quotation_to": "Customer"'),
	Breakage(136, UPDATE, ORDERS_A_LEAD, '"party_name": doc.party_name, "customer_name": name'),
	Breakage(137, CONVERSION, "erpnext_seams.make_customer(source.name)", NEW_CUSTOMER),
	Breakage(
		138,
		CONVERSION,
		'			"lead_name": source.name,\n',
		'			"lead_name": source.name,\n			"customer_name": source.name,\n',
	),
	Breakage(139, CONVERSION, '"allocated_percentage": share', '"allocated_percentage": share / 2'),
	Breakage(
		140,
		CONVERSION,
		'records.record_of("Customer Group") or selling.customer_group',
		"selling.customer_group",
	),
	Breakage(141, CONVERSION, FLAGS, FLAGS.replace('mandatory": True', 'mandatory": False')),
	Breakage(141, CONVERSION, FLAGS, FLAGS.replace('permissions": True', 'permissions": False')),
	Breakage(142, CONVERSION, "	if person and share:\n", "	if False:\n"),
	Breakage(143, CUSTOMER, "		doc.medusa_id = medusa_id\n", ""),
	Breakage(144, RIM, 'endpoint(Desk("Customer", "write"))(linking', "endpoint(Public())(linking"),
	Breakage(145, LINKING, "	if not person.medusa_id:\n", "	if False:\n"),
	Breakage(146, LINKING, "is already linked to another Customer: {0}", "is already linked: {0}"),
	Breakage(147, LINKING, "document.save(ignore_permissions=True)", "document.save()"),
	Breakage(
		148,
		"public/js/customer.js",
		"		frm.add_custom_button(",
		"		if (frm.doc.lead_name) frm.add_custom_button(",
	),
	Breakage(149, CREATE, "		if billing_address:\n", "		if False:\n"),
	Breakage(
		150,
		ADDRESS_FIELDS,
		'country = frappe.db.get_value("Country", {"code": code.lower()})',
		'country = frappe.db.get_value("Country", code)',
	),
	Breakage(
		151,
		ADDRESS,
		"	if address:\n		address = _change(",
		"	if False:\n		address = _change(",
	),
	Breakage(152, ADDRESS, 'is_default = bool(data.get("is_default"))', "is_default = True"),
	Breakage(
		153, ADDRESS, '"links": [{"link_doctype": party.doctype, "link_name": party.name}],', '"links": [],'
	),
	Breakage(154, CREATE, "doc.customer_address = address_of", "doc.shipping_address_name = address_of"),
	Breakage(155, PARTIES, 'name = frappe.db.get_value("Customer", reference)', "name = None"),
	Breakage(
		156,
		ADDRESS,
		"city, state, country, pincode), strict=True)",
		"city, state, country, None), strict=True)",
	),
	Breakage(157, ADDRESS, '			["Dynamic Link", "link_name", "=", party.name],\n', ""),
	Breakage(
		158,
		RIM,
		"endpoint(DOCUMENTED, methods=READ)(customer.fetch",
		"endpoint(Storefront(), methods=READ)(customer.fetch",
	),
	Breakage(
		159,
		CUSTOMER,
		"		.orderby(customer.name)\n",
		"		.orderby(customer.name)\n		.limit(30)\n",
	),
	Breakage(160, CUSTOMER, "is_not_set(customer.medusa_id)", "customer.medusa_id.isnotnull()"),
	Breakage(161, CUSTOMER, "	for word in words:\n", "	for word in words[:1]:\n"),
	Breakage(162, CUSTOMER, "contains_pattern(word.lower())", 'f"%{word.lower()}%"'),
	Breakage(
		163,
		CONVERSION,
		'records.record_of("Customer Group") or selling.customer_group',
		"selling.customer_group",
	),
]
