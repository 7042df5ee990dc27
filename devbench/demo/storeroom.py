"""The storeroom: goods that come and go, posted by the function that every stock document of ERPNext ends in.

The stand-ins have that function and no such document, so it is called on the site, in a process of its own:
python -m devbench.demo.storeroom ITEM QUANTITY, in the site's environment.
"""

from __future__ import annotations

import os
import sys

from devbench.running_site import RunningSite

# which devbench/records.py makes
WAREHOUSE = "Stores - BST"


class Storeroom:
	"""The warehouse that the shop sells from."""

	def __init__(self, site: RunningSite) -> None:
		self._site = site

	def move(self, item_code: str, quantity: float) -> None:
		"""Post a receipt, or an issue when the quantity is negative.

		Raises DevbenchError when it is refused.
		"""
		self._site.run("devbench.demo.storeroom", item_code, str(quantity))


def main(item_code: str, quantity: float) -> None:
	"""Post one movement on the site of the environment."""
	import frappe

	frappe.init(os.environ["FRAPPE_SITE"], sites_path=os.environ["SITES_PATH"])
	frappe.connect()
	try:
		from erpnext.stock.stock_ledger import make_sl_entries
		from frappe.utils import nowtime, today

		movement = {
			"item_code": item_code,
			"warehouse": WAREHOUSE,
			"company": frappe.db.get_value("Warehouse", WAREHOUSE, "company"),
			"posting_date": today(),
			"posting_time": nowtime(),
			"voucher_type": "Item",
			"voucher_no": item_code,
			"actual_qty": quantity,
		}
		make_sl_entries([frappe._dict(movement)])
		frappe.db.commit()
	finally:
		frappe.destroy()


if __name__ == "__main__":
	main(sys.argv[1], float(sys.argv[2]))
