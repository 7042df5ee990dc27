"""What runs in a process on the site to measure what an order of Medusa costs.

It runs on devbench's site and on one of a real bench; what it makes there stays.
"""

from __future__ import annotations

import gc
import time
from decimal import Decimal

import frappe
from frappe.utils.password import set_encrypted_password

from benchmarks.on_site import statements
from benchmarks.selling_on_site import RATE, SETTINGS, URL, configure, connect_anew, prepare, without_the_app
from devbench.medusa.simulator import Simulator
from devbench.medusa.simulator.baskets import Basket, Bought, Shipped, Tax
from medusa_integration import database
from medusa_integration.constants import MEDUSA_ORDER, SALES_ORDER
from medusa_integration.mirror import Target, connect
from medusa_integration.mirror.shop_orders import ShopOrder
from medusa_integration.selling.order.imports.make import import_order
from medusa_integration.sync.inbox import orders

# of amounts with two decimals, which every site keeps
VAT = Tax("VAT", "VAT", Decimal(4))
FREIGHT = Decimal("2.5")
# what somebody enters who leaves to ERPNext what ERPNext finds out
FIELDS = (
	"customer",
	"company",
	"currency",
	"selling_price_list",
	"transaction_date",
	"delivery_date",
	"customer_address",
	"shipping_address_name",
	"ignore_pricing_rule",
	"disable_rounded_total",
	"order_type",
)
OF_ROW = ("item_code", "qty", "uom", "warehouse", "delivery_date")
OF_CHARGE = ("charge_type", "account_head", "description", "tax_amount", "cost_center")


def imports(sizes: list[int], rounds: int) -> dict:
	"""Make Sales Orders of Medusa's orders, and insert the very same ones without the app, in turns.

	The buyer is known: a Customer is not a part of the order. For each size and each way, ours and plain:
	(statements, milliseconds) of every round; the first round is not counted.
	"""
	sold = prepare(max(sizes))
	set_up()
	found: dict[int, dict[str, list]] = {size: {"ours": [], "plain": []} for size in sizes}
	with Simulator("v2") as medusa:
		for number in range(rounds + 1):
			for size in sizes:
				for way, cost in _both(_placed(medusa, sold, size), ours_first=number % 2 == 0).items():
					if number:
						found[size][way].append(cost)
	configure(None, enable=0)
	return found


def set_up(**settings: object) -> None:
	"""Have orders imported as drafts, with accounts for what they have besides their items."""
	configure(URL, enable=0)
	values = {"import_orders": 1, "submit_imported_orders": 0, "delivery_charges_account": _account()}
	for field, value in {**values, **settings}.items():
		frappe.db.set_single_value(SETTINGS, field, value)
	frappe.clear_document_cache(SETTINGS, SETTINGS)
	frappe.db.commit()


def share_secret() -> str:
	"""Have the site share a secret with the plugin, and answer it; nobody is refused for calling often."""
	secret = frappe.generate_hash(length=40)
	set_up(public_rate_limit=1_000_000)
	set_encrypted_password(SETTINGS, SETTINGS, secret, "shared_secret")
	frappe.db.commit()
	return secret


def forget_what_waits() -> None:
	"""Empty the inbox, the outbox and the queues, so that a worker has nothing else to do."""
	from frappe.utils.background_jobs import get_queues

	for doctype in ("Medusa Event", "Medusa Sync Task"):
		frappe.db.delete(doctype)
	frappe.db.commit()
	for queue in get_queues():
		queue.empty()


def basket(sold: dict, size: int) -> Basket:
	"""What a known customer buys: so many rows, with shipping and tax, in the company's currency."""
	company = frappe.db.get_default("company")
	customer = {"id": sold["customer_id"], "has_account": True, "first_name": "Anna", "last_name": "Ruiz"}
	return Basket(
		tuple(
			Bought(item["variant_id"], Decimal(str(RATE)), 2, taxes=(VAT,)) for item in sold["items"][:size]
		),
		(Shipped(FREIGHT),),
		currency=frappe.get_cached_value("Company", company, "default_currency").lower(),
		customer=customer,
	)


def _account() -> str:
	"""An Account of the company that charges are booked on, made where there is none of type Tax."""
	company = frappe.db.get_default("company")
	filters = {"company": company, "account_type": "Tax", "is_group": 0, "disabled": 0}
	if name := frappe.db.get_value("Account", filters):
		return name
	values = {"doctype": "Account", "account_name": "VAT", "company": company, "account_type": "Tax"}
	# in the accounts of devbench there is no root type
	if frappe.get_meta("Account").has_field("root_type"):
		groups = {"company": company, "is_group": 1, "root_type": "Liability"}
		values |= {"parent_account": frappe.db.get_value("Account", groups), "root_type": "Liability"}
	return frappe.get_doc(values).insert().name


def _placed(medusa: Simulator, sold: dict, size: int) -> ShopOrder:
	"""An order of Medusa as a worker has read it."""
	order_id = medusa.place_order(basket(sold, size))
	target = Target(medusa.url, email=medusa.email, password=medusa.password)
	with connect(target) as mirror:
		[order] = mirror.shop_orders.read([order_id])
	orders.record([order_id])
	frappe.db.commit()
	return order


def _both(order: ShopOrder, *, ours_first: bool) -> dict[str, tuple[int, float]]:
	"""What each way costs; the one that is second needs the documents of the order that is first."""
	ours = _timed(lambda: _import(order))
	name = frappe.db.get_value(SALES_ORDER, {"medusa_order_id": order.id})
	values = _as_inserted(frappe.get_doc(SALES_ORDER, name))
	plain = _timed(lambda: _insert(values), plain=True)
	if ours_first:
		return {"ours": ours, "plain": plain}
	# nothing is remembered of the first of the two, so each is as often the first as the second
	frappe.db.set_value(SALES_ORDER, name, {"medusa_order_id": None, "medusa_order_number": None})
	frappe.db.commit()
	return {"plain": plain, "ours": _timed(lambda: _import(order))}


def _import(order: ShopOrder) -> None:
	"""What a worker does with an order that it has read."""
	frappe.db.set_value(MEDUSA_ORDER, order.id, "sales_order", import_order(order), update_modified=False)


def _insert(values: dict) -> None:
	"""Enter the order as a person does. Raises RuntimeError if ERPNext makes another one of it."""
	total = values["grand_total"]
	made = frappe.get_doc({name: value for name, value in values.items() if name != "grand_total"}).insert()
	if made.grand_total != total:
		raise RuntimeError(f"{made.name} is {made.grand_total} instead of {total}")


def _timed(work: object, *, plain: bool = False) -> tuple[int, float]:
	"""(statements, milliseconds) of a piece of work and its commit, with a connection of its own."""
	connect_anew()
	gc.collect()
	with without_the_app() if plain else database.read_committed():
		frappe.db.commit()
		before, started = statements(), time.perf_counter()
		work()
		frappe.db.commit()
		milliseconds = (time.perf_counter() - started) * 1000
		# the question itself is one of them
		return statements() - before - 1, milliseconds


def _as_inserted(made: object) -> dict:
	"""The same Sales Order as somebody enters it."""
	return {
		"doctype": SALES_ORDER,
		"grand_total": made.grand_total,
		**{name: made.get(name) for name in FIELDS},
		"items": [{name: row.get(name) for name in OF_ROW} for row in made.items],
		"taxes": [{name: row.get(name) for name in OF_CHARGE} for row in made.taxes],
	}
