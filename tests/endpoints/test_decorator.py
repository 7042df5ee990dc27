"""What the decorator makes of a function, and which functions it does not take: no site."""

from __future__ import annotations

import pytest

from medusa_integration.endpoints import READ, Desk, Limit, Public, Signed, Storefront, endpoint
from medusa_integration.endpoints.parameters import Id, Whole


def undeclared(name): ...
def a_plain_type(name: str): ...
def two_types(name: Id | Whole): ...
def any_number(*names: Id): ...
def any_name(**names: Id): ...
def one_of_frappes_own(cmd: Id): ...


@pytest.mark.parametrize(
	"fn", [undeclared, a_plain_type, two_types, any_number, any_name, one_of_frappes_own]
)
def test_an_endpoint_declares_its_parameters(fn):
	"""Else the import fails, and says where."""
	with pytest.raises(TypeError, match=fn.__name__):
		endpoint(Public())(fn)


def test_an_endpoint_declares_known_methods_and_limits():
	with pytest.raises(TypeError, match="READ or WRITE"):
		endpoint(Public(), methods=("PATCH",))(lambda: None)
	with pytest.raises(TypeError, match="counts per email"):
		endpoint(Public(), limits=[Limit(1, per="email")])(lambda: None)
	with pytest.raises(TypeError, match="only a body is signed"):
		endpoint(Signed("text/x-message"), methods=READ)(lambda: None)


def test_what_the_decorator_keeps():
	def named(name: Id, count: Whole | None = None):
		"""Its text."""
		return name, count

	made = endpoint(Storefront(), methods=READ)(named)
	assert (made.__name__, made.__doc__) == ("named", "Its text.")
	assert made.endpoint.access == Storefront()
	assert made.endpoint.methods == READ
	assert set(made.endpoint.parameters) == {"name", "count"}
	assert endpoint(Desk())(named).endpoint.access == Desk(None, "read")
