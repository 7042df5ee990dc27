def get_exchange_rate(from_currency, to_currency, transaction_date=None, args=None):
	"""The exchange rate of a day; all amounts are in one currency."""
	return 1
