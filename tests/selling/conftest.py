"""Fixtures of the shop and its sales."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.support.quotes import quotes  # noqa: F401
from tests.support.sales import sales  # noqa: F401
from tests.support.shop_fixtures import generation, medusa, shop, stock  # noqa: F401

if TYPE_CHECKING:
	from devbench.mail_server import MailServer
	from tests.selling.lanes import State
	from tests.selling.past_orders import Past
	from tests.support.goods import Goods
	from tests.support.imports import Imports
	from tests.support.money import Money
	from tests.support.quotes import Quotes
	from tests.support.shop import Shop


@pytest.fixture
def money(quotes: Quotes) -> Iterator[Money]:  # noqa: F811
	"""Orders of one test that are paid in Medusa."""
	from tests.support.money import Money

	money = Money(quotes)
	try:
		yield money
	finally:
		money.clean_up()


@pytest.fixture
def lane(quotes: Quotes) -> State:  # noqa: F811
	"""Orders that are placed in the simulated Medusa, and what users do with their Sales Orders."""
	from tests.selling.lanes import State

	return State(quotes)


@pytest.fixture
def imports(quotes: Quotes) -> Imports:  # noqa: F811
	"""Orders of Medusa, as values, that the test imports."""
	from tests.support.imports import Imports

	return Imports(quotes)


@pytest.fixture
def goods(quotes: Quotes, request: pytest.FixtureRequest) -> Goods:  # noqa: F811
	"""Orders of the simulated Medusa and what is delivered of them, with the settings GOODS of the file."""
	from tests.support.goods import Goods

	return Goods(quotes, **request.module.GOODS)


@pytest.fixture
def past(quotes: Quotes, monkeypatch: pytest.MonkeyPatch) -> Iterator[Past]:  # noqa: F811
	"""Orders that were placed in Medusa before anybody imported orders."""
	from tests.selling.past_orders import Past

	past = Past(quotes, monkeypatch)
	yield past
	past.forget_runs()


@pytest.fixture
def only_payments(money: Money) -> None:
	"""Let neither invoices nor refunds follow of what is paid."""
	money.shop.set(invoice_paid_orders=0, import_refunds=0)


@pytest.fixture
def mail_server(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:  # noqa: F811
	"""A mail server, and the site's outgoing account on it. Nobody else sends meanwhile."""
	from medusa_integration.selling import mail_queue
	from tests.selling.mailing import outgoing

	monkeypatch.setattr(mail_queue, "GRACE_SECONDS", 0)
	with outgoing(shop, monkeypatch) as server:
		yield server


@pytest.fixture
def mail(mail_server: MailServer) -> Callable[..., str]:
	"""`mail(*recipients)` puts a mail into the queue as Frappe does; its name."""
	from tests.selling.mailing import put

	return partial(put, mail_server)
