"""What all tables of the site hold before the first test, and how they come to hold it again."""

from __future__ import annotations

from typing import Any

# documents that nothing is remembered of but their rows; all others are deleted the way Frappe does it
PLAIN = frozenset(
	{
		"Account",
		"Address",
		"Bin",
		"Brand",
		"Contact",
		"Customer",
		"Delivery Note",
		"Item",
		"Item Group",
		"Item Price",
		"Lead",
		"Payment Entry",
		"Payment Request",
		"Product Bundle",
		"Quotation",
		"Sales Invoice",
		"Sales Order",
		"User",
		"Warehouse",
		"Website Item",
	}
)


# a name is not given twice: real Medusas remember what earlier tests have sent
KEPT = frozenset({"tabSeries"})
TRIES = 20


class Baseline:
	"""The rows of every table, as they are now.

	MariaDB counts the rows that change in each table (`userstat`), whichever process changes them; only
	these tables are looked at. It takes far fewer statements than to delete each document.
	"""

	def __init__(self) -> None:
		import frappe

		frappe.db.rollback()
		self.rows = {table: _rows(table) for table in frappe.db.get_tables(cached=False)}
		self._counts = _counts()

	def put_back(self) -> None:
		"""Let every table hold what it held; committed."""
		import frappe

		for left in reversed(range(TRIES)):
			try:
				self._replace_changed()
				return
			except frappe.QueryDeadlockError:
				# the server's process still writes when somebody was last active
				if not left:
					raise

	def _replace_changed(self) -> None:
		import frappe

		frappe.db.rollback()
		for table, count in _counts().items():
			if table in self.rows and table not in KEPT and count != self._counts.get(table):
				replace_rows(table, self.rows[table])
		frappe.db.commit()
		self._counts = _counts()


def counts_changes() -> bool:
	"""Return whether MariaDB counts the rows that change."""
	import frappe

	return bool(frappe.db.sql("select @@global.userstat")[0][0])


def _counts() -> dict[str, int]:
	"""How many rows of each table have been changed since the server started."""
	import frappe

	return dict(
		frappe.db.sql(
			"select table_name, rows_changed from information_schema.table_statistics "
			"where table_schema = database()"
		)
	)


def _rows(table: str) -> list[dict[str, Any]]:
	import frappe

	return frappe.db.sql(f"select * from `{table}`", as_dict=True)


def replace_rows(table: str, rows: list[dict[str, Any]]) -> bool:
	"""Let the table hold these rows and no others; return whether it held others.

	Only what differs is written: the settings are in one table with all other Singles.
	"""
	import frappe

	found = _rows(table)
	if found == rows:
		return False
	columns = list((rows or found)[0])
	key = "name" if "name" in columns else columns[0]
	before, after = _grouped(found, key), _grouped(rows, key)
	changed = [value for value in {**before, **after} if before.get(value) != after.get(value)]
	if not changed:
		return False  # the same in another order
	# exactly these: for the collation of the column, other letters may be equal
	places = ", ".join(["%s"] * len(changed))
	frappe.db.sql(f"delete from `{table}` where binary `{key}` in ({places})", changed)
	_insert(table, columns, [row for value in changed for row in after.get(value, ())])
	return True


def _grouped(rows: list[dict[str, Any]], key: str) -> dict[Any, list[dict[str, Any]]]:
	groups: dict[Any, list[dict[str, Any]]] = {}
	for row in rows:
		groups.setdefault(row[key], []).append(row)
	return groups


def _insert(table: str, columns: list[str], rows: list[dict[str, Any]]) -> None:
	import frappe

	if rows:
		names = ", ".join(f"`{column}`" for column in columns)
		places = ", ".join(["(" + ", ".join(["%s"] * len(columns)) + ")"] * len(rows))
		frappe.db.sql(
			f"insert into `{table}` ({names}) values {places}",
			[value for row in rows for value in row.values()],
		)
