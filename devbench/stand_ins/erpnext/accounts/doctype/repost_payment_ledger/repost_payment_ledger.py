def repost_ple_for_voucher(voucher_type, voucher_no, gle_map=None):
	"""Write the ledger of payments anew; there is none."""
