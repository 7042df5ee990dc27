"""No call of the shop looks the stock up: that is done once a day."""

from __future__ import annotations

import pytest

from tests.support.queries import recorded_queries


@pytest.mark.contract(61)
def test_no_call_reads_the_bins(quotes, site_under_test):
	"""Asking for a quotation, deciding on it, prices and customers: no statement names `tabBin`."""
	if not site_under_test.bench:
		pytest.skip("ERPNext itself reads the Bin of each row that it fills in")
	customer = quotes.customer()
	first, second = quotes.variant(12.5), quotes.variant(3)
	with recorded_queries() as queries:
		doc = quotes.create(customer, (first, 2), second)
		quotes.call(
			"get_medusa_prices",
			items=[{"medusa_variant_id": first.medusa_variant_id}],
			customer_id=customer.medusa_id,
		)
		quotes.call("fetch_all_customers")
		quotes.call("update_quotation", quotation_id=doc.medusa_quotation_id, approval="Rejected")
	assert len(queries) > 10
	assert [query for query in queries if "tabbin" in query.lower()] == []
