"""python -m devbench.demo [--medusa v1|v2] [--keep] [--simulator]: shows the synchronization step by step.

stdout has the steps and, as its last line, one JSON object; stderr has the progress. The exit code is 0 only
if everything that was read back from Medusa was right.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from devbench.demo.context import Context, write
from devbench.demo.customer_steps import ORDER, CustomerSteps
from devbench.demo.medusa_reader import MedusaReader
from devbench.demo.order_steps import OrderSteps
from devbench.demo.product_steps import FailureSteps, PriceSteps, ProductSteps
from devbench.demo.servers import Servers, describe_access, run_in_background, servers, wait_for_signal
from devbench.demo.site_client import SiteClient
from devbench.demo.site_documents import StockMovements
from devbench.demo.visitor_steps import VisitorSteps
from devbench.mail_server import MailServer
from devbench.medusa.servers import MedusaServer
from devbench.medusa.simulator import Simulator
from devbench.processes import DevbenchError, say, stopping_on_signals


class Demo:
	"""The demo on one site and one Medusa."""

	def __init__(
		self,
		site: SiteClient,
		reader: MedusaReader,
		medusa: MedusaServer | Simulator,
		stock: StockMovements,
		mail_server: MailServer,
	) -> None:
		self.context = Context(site, reader, medusa, stock, mail_server)

	def run(self) -> dict[str, Any]:
		"""Run all steps, in order. A step that cannot continue ends the demo.

		Returns:
			The values of the last line.
		"""
		context = self.context
		began, made = time.monotonic(), len(context.articles)
		try:
			for step in self._steps():
				step()
			in_medusa = context.reader.count()
			context.expect("The number of products that Medusa counts", in_medusa, len(context.articles))
		except DevbenchError as error:
			in_medusa = None
			context.note([str(error)])
		return {
			"website_items": made,
			"products_in_medusa": in_medusa,
			"sales_orders": context.site.count(ORDER),
			"requests": context.site.count("Medusa Request Log"),
			"seconds": round(time.monotonic() - began, 1),
			"ok": not context.problems,
		}

	def _steps(self) -> Iterator[Callable[[], None]]:
		products, prices, customer, orders, failures = (
			steps(self.context)
			for steps in (ProductSteps, PriceSteps, CustomerSteps, OrderSteps, FailureSteps)
		)
		yield from (
			products.connect,
			products.save_catalogue,
			products.change,
			products.unpublish,
			products.delete,
		)
		yield from (prices.price, prices.stock)
		yield from (
			customer.sign_up,
			customer.request_quotation,
			customer.send_offer,
			customer.order_part,
			customer.bill_deliver_and_pay,
			VisitorSteps(self.context, customer).look_around,
		)
		yield from (orders.buy, orders.capture, orders.deliver, orders.send_back)
		yield from (failures.save_while_medusa_is_down, failures.reconcile)


def main(arguments: Sequence[str]) -> int:
	"""Run the demo, and return the exit code."""
	options = _options(arguments)
	try:
		with stopping_on_signals():
			if options.keep:
				return run_in_background([argument for argument in arguments if argument != "--keep"])
			with servers(options.medusa, simulated=options.simulator) as running:
				return run_demo(running, options.report_to)
	except DevbenchError as error:
		say(str(error))
	except KeyboardInterrupt:
		say("interrupted; everything is stopped")
	return 1


def run_demo(running: Servers, report_to: int | None) -> int:
	"""Run the steps, then write the JSON line.

	Args:
		running: site and Medusa.
		report_to: file descriptor of the process that waits for the result. If given, keep running.

	Returns:
		The exit code.
	"""
	medusa = running.medusa
	site = SiteClient(running.url, "Administrator", running.bench.admin_password)
	reader = MedusaReader(
		medusa.url, medusa.generation, medusa.email, medusa.password, medusa.publishable_key
	)
	demo = Demo(site, reader, medusa, StockMovements(running.bench), running.mail_server)
	result = demo.run()
	if report_to is not None:
		describe_access(running, demo.context.storefront)
	write("`seconds` is the time from the first step to the last count, without the start of the servers.")
	write(json.dumps({"medusa": running.medusa_version, **result}))
	if report_to is not None:
		wait_for_signal(report_to, result["ok"])
	return 0 if result["ok"] else 1


def _options(arguments: Sequence[str]) -> argparse.Namespace:
	parser = argparse.ArgumentParser(prog="python -m devbench.demo", description=__doc__.partition("\n")[0])
	parser.add_argument("--medusa", choices=("v1", "v2"), default="v2", help="the generation of Medusa")
	parser.add_argument("--keep", action="store_true", help="leave everything running until make down")
	parser.add_argument("--simulator", action="store_true", help="the simulator instead of a real Medusa")
	parser.add_argument("--report-to", type=int, help=argparse.SUPPRESS)
	return parser.parse_args(arguments)


if __name__ == "__main__":
	sys.exit(main(sys.argv[1:]))
