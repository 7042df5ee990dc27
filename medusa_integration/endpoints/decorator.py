"""The decorator that makes a function an endpoint."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

import frappe
from frappe import _
from frappe.model.base_document import BaseDocument

from medusa_integration import database
from medusa_integration.endpoints import answers
from medusa_integration.endpoints.access import Desk, Public, Storefront, is_shop
from medusa_integration.endpoints.callers import caller_address
from medusa_integration.endpoints.limits import PUBLIC_LIMIT, Limit
from medusa_integration.endpoints.parameters import Rule, rule_of
from medusa_integration.exceptions import ValidationError

READ = ("GET", "POST")
WRITE = ("POST",)
# Frappe takes these out of what was sent, or stumbles over them
RESERVED = {"_", "cmd", "flags", "fn", "ignore_permissions"}


@dataclass(frozen=True)
class Endpoint:
	"""What the decorator states of a function; kept as its attribute `endpoint`."""

	path: str
	access: Public | Storefront | Desk
	methods: tuple[str, ...]
	limits: tuple[Limit, ...]
	signature: inspect.Signature = field(repr=False)
	rules: dict[str, Rule] = field(repr=False)

	def admit(self) -> None:
		"""Check who calls, how often, and that a JSON body is an object."""
		self.access.check()
		if not isinstance(self.access, Desk):
			# the shop's server calls for everybody, but may say for whom
			limits = (
				(*self.limits, PUBLIC_LIMIT) if not is_shop() else self.limits if caller_address() else ()
			)
			for limit in limits:
				if not limit.per:
					limit.check(self.path)
		if not answers.has_usable_body(frappe.request):
			raise ValidationError(_(answers.NOT_AN_OBJECT))

	def read(self, args: Sequence[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
		"""The arguments as the function wants them.

		Raises ValidationError (400) for what is no such value.
		"""
		given = self.signature.bind_partial(*args, **kwargs).arguments
		for name, rule in self.rules.items():
			value = given.get(name)
			# app code passes documents where HTTP passes their names
			if not isinstance(value, BaseDocument):
				given[name] = rule.take(name, value, self.signature.parameters[name].default)
		return given


def endpoint(
	access: Public | Storefront | Desk,
	*,
	methods: tuple[str, ...] = WRITE,
	limits: Sequence[Limit] = (),
	xss_safe: bool = False,
) -> Callable[[Callable], Callable]:
	"""Make a function callable over HTTP: `@endpoint(Desk("Customer", "write"), methods=WRITE)`.

	`access` is `Public()`, `Storefront(reopens=...)` or `Desk(doctype, permission)`; `methods` is READ (must
	write nothing) or WRITE (all or nothing: an error rolls the transaction back). `limits` come on top of
	the public rate limit, which holds for strangers on Public and Storefront. Frappe cleans the HTML out of
	what a guest sends as text; `xss_safe` keeps it as it is, for passwords.

	Each parameter is annotated with a type of `endpoints.parameters`, else the import fails with a
	TypeError; only the `self` of a document's method is not. `X | None = None` may be left out. Parameters
	that the function does not have are ignored, as Frappe does.

	Access, limits and errors (`endpoints.answers`) are for calls over HTTP. Code of an installed app, jobs
	and the console call the function directly: with the same parameter types, and with errors as raised.
	"""

	def decorate(fn: Callable) -> Callable:
		made = _describe(fn, access, tuple(methods), tuple(limits))

		@wraps(fn)
		def guarded(*args: Any, **kwargs: Any) -> Any:
			over_http = _comes_over_http(sys._getframe(1))
			with database.latest_rows() if made.methods == WRITE else nullcontext():
				return _answer(made, fn, args, kwargs) if over_http else fn(**made.read(args, kwargs))

		guarded.endpoint = made
		# Frappe would check them by pydantic, with other errors
		guarded.__annotations__ = {}
		return frappe.whitelist(allow_guest=access.allow_guest, xss_safe=xss_safe, methods=list(methods))(
			guarded
		)

	return decorate


def _answer(made: Endpoint, fn: Callable, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
	answers.begin()
	frappe.local.medusa_inside = True
	try:
		made.admit()
		arguments = made.read(args, _with_query(made, kwargs))
		for limit in made.limits:
			if limit.per:
				limit.check(made.path, str(arguments[limit.per]))
		answer = fn(**arguments)
		if not isinstance(made.access, Desk):
			answers.hush()
		return answer
	except Exception as error:
		answers.refuse(error, made.path)
	finally:
		frappe.local.medusa_inside = False


def _with_query(made: Endpoint, kwargs: dict[str, Any]) -> dict[str, Any]:
	"""Frappe drops the query string of a request that has a JSON body; here they mean the same."""
	query = {name: frappe.request.args[name] for name in made.rules if name in frappe.request.args}
	return {**query, **kwargs}


def _comes_over_http(caller: Any) -> bool:
	"""Whether this call is what a request asked for, and not app code that runs within one.

	There are many ways into Frappe that call a function by a name the request carries. So whatever is not
	called by an installed app's own code counts as such.
	"""
	if not getattr(frappe.local, "request", None) or getattr(frappe.local, "medusa_inside", False):
		return False
	# Frappe's wrapper around every whitelisted function
	while caller and caller.f_globals.get("__name__") == "frappe.utils.typing_validations":
		caller = caller.f_back
	package = str(caller.f_globals.get("__name__", "") if caller else "").partition(".")[0]
	return package in ("", "frappe") or package not in frappe.get_installed_apps()


def _describe(
	fn: Callable, access: Public | Storefront | Desk, methods: tuple[str, ...], limits: tuple[Limit, ...]
) -> Endpoint:
	path = f"{fn.__module__}.{fn.__qualname__}"
	if methods not in (READ, WRITE):
		raise TypeError(f"{path}: methods is READ or WRITE, not {methods!r}")
	signature = inspect.signature(fn)
	rules = {}
	for position, parameter in enumerate(signature.parameters.values()):
		where = f"{path}({parameter.name})"
		if position == 0 and parameter.name == "self" and parameter.annotation is parameter.empty:
			continue
		if parameter.name in RESERVED:
			raise TypeError(f"{where}: Frappe does not pass a parameter of that name on")
		if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
			raise TypeError(f"{where}: each parameter of an endpoint has a name")
		annotation = parameter.annotation
		if isinstance(annotation, str):
			# only this one: the others may name what is imported for type checkers alone
			annotation = eval(annotation, fn.__globals__)
		rules[parameter.name] = rule_of(annotation, where)
	for limit in limits:
		if limit.per and limit.per not in rules:
			raise TypeError(f"{path}: counts per {limit.per}, which is no parameter")
	return Endpoint(path, access, methods, limits, signature, rules)
