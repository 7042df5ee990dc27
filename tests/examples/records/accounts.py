"""A visitor who signs up with `<otp>`, and a member who logs in with `<login otp>`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
	from tests.examples.shop import ExampleShop


def make(example: ExampleShop) -> dict[str, str]:
	"""Ask for the one-time passwords as both do, and read them in the mails; commits."""
	visitors = example.visitors
	visitors.register("member@example.com", organization_name="Pearl Dental")
	return {
		"otp": visitors.code("visitor@example.com"),
		"login otp": visitors.code("member@example.com", login=True),
	}
