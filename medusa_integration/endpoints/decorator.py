"""What makes a function an endpoint."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import frappe
from frappe import _
from frappe.model.document import Document

from medusa_integration import database, shared_cache
from medusa_integration.endpoints import answers, caching, transactions
from medusa_integration.endpoints.access import Desk, Public, Storefront, is_shop
from medusa_integration.endpoints.callers import caller_address
from medusa_integration.endpoints.limits import PUBLIC_LIMIT, Limit
from medusa_integration.endpoints.records import Record, read, record_of
from medusa_integration.endpoints.signed import Signed
from medusa_integration.exceptions import ValidationError

P = ParamSpec("P")
R = TypeVar("R")
READ = ("GET", "POST")
WRITE = ("POST",)
# Frappe takes these out of what was sent, or stumbles over them
RESERVED = {"_", "cmd", "flags", "fn", "ignore_permissions"}


@dataclass(frozen=True)
class Endpoint:
	"""What is stated of an endpoint; kept as its attribute `endpoint`."""

	path: str
	access: Public | Storefront | Desk | Signed
	methods: tuple[str, ...]
	limits: tuple[Limit, ...]
	# the function's own work is all that a request does, and is done again after a deadlock
	repeats: bool
	# a guest who asks for no customer gets what everybody gets
	shared: bool
	function: Callable[..., Any] = field(repr=False)
	signature: inspect.Signature = field(repr=False)
	record: type[Record] = field(repr=False)

	@property
	def parameters(self) -> list[str]:
		"""The names of all parameters."""
		return list(self.signature.parameters)

	def read(self, args: Sequence[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
		"""Return the arguments as the function wants them.

		Raises:
			ValidationError: One of them is no such value (400).
		"""
		return read(self.record, self.signature.bind_partial(*args, **kwargs).arguments)

	def call(self, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
		"""Do what somebody asks for over HTTP: all checks, then the function.

		Raises:
			Refused: Whatever went wrong, for `answers.after_request` to tell the caller.
		"""
		if not frappe.local.flags.medusa_endpoint:
			# what the endpoint that is asked for states holds, not what another one that it calls does
			caching.note(is_shared=self.shared)
			frappe.local.flags[shared_cache.READS] = self.methods == READ
		answers.begin()
		try:
			self._admit()
			arguments = self.read(args, self._sent(kwargs))
			for limit in self.limits:
				if limit.per:
					limit.check(self.path, str(arguments[limit.per]))
			answer = self.perform(arguments)
			if not isinstance(self.access, Desk):
				answers.hush()
			return answer
		except answers.Refused:
			raise  # by an endpoint that this one has called
		except Exception as error:
			answers.refuse(error, self.path)

	def perform(self, arguments: dict[str, Any]) -> Any:
		"""Call the function in the transaction of a request, which does nothing else.

		Args:
			arguments: by the names of its parameters, one of which may be `self`.
		"""
		if not self.repeats:
			return self.function(**arguments)
		return transactions.anew_after_deadlock(lambda: self.function(**arguments))

	def _admit(self) -> None:
		"""Check who calls, how often, and that a JSON body is an object."""
		self.access.check()
		if isinstance(self.access, Signed):
			return
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

	def _sent(self, kwargs: dict[str, Any]) -> dict[str, Any]:
		"""Frappe drops the query string of a request that has a JSON body; here they mean the same."""
		if isinstance(self.access, Signed):
			# Frappe leaves unknown ones out of what it passes on itself
			return {name: value for name, value in self.access.arguments().items() if name in self.parameters}
		sent = frappe.request.args
		return {**{name: sent[name] for name in self.parameters if name in sent}, **kwargs}


def endpoint(
	access: Public | Storefront | Desk | Signed,
	*,
	methods: tuple[str, ...] = WRITE,
	limits: Sequence[Limit] = (),
	xss_safe: bool = False,
	repeats: bool = False,
	shared: bool = False,
	event: Callable[..., None] | None = None,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
	"""Make a function callable over HTTP: `name = endpoint(Desk("Customer", "write"))(package.function)`.

	During a request all of this is checked, whoever calls the endpoint; code that is part of another function
	calls the plain function. Without a request (jobs, the console) the parameters are read in the same way,
	and errors are as raised.

	Args:
		access: `Public()`, `Storefront(reopens=...)`, `Desk(doctype, permission)` or `Signed(content_type)`.
		methods: READ (must write nothing) or WRITE (all or nothing: an error rolls the transaction back).
		limits: Come on top of the public rate limit, which holds for strangers on Public and Storefront.
		xss_safe: Keep what a guest sends as text as it is, for passwords, and names that are only compared.
			Frappe cleans the HTML out of it, which makes another name of some, or none.
		repeats: Begin a transaction that sees what others commit, and do the work again after a deadlock.
		shared: A guest's GET that names no customer is answered with what everybody gets: proxies and
			browsers may keep it for a minute. For Public reads.
		event: What is called instead when a hook passes a Document, which no request can.

	Each parameter of the function is annotated with a type of `endpoints.parameters`. Parameters that the
	function does not have are ignored, as Frappe does.

	Raises:
		TypeError: While the app is imported, for a function that is not declared so.
	"""

	def make(fn: Callable[P, R]) -> Callable[P, R]:
		made = _describe(fn, access, tuple(methods), tuple(limits), repeats=repeats, shared=shared)

		@wraps(fn)
		def guarded(*args: Any, **kwargs: Any) -> Any:
			if event and args and isinstance(args[0], Document):
				return event(*args, **kwargs)
			with database.latest_rows() if made.methods == WRITE else nullcontext():
				if getattr(frappe.local, "request", None):
					return made.call(args, kwargs)
				return made.function(**made.read(args, kwargs))

		guarded.__dict__["endpoint"] = made
		# Frappe would check them by pydantic too, with other errors
		guarded.__annotations__ = {}
		# a body that is signed does not come by Frappe, and cleaning one that is not may take a second
		keeps_text = xss_safe or isinstance(access, Signed)
		return frappe.whitelist(allow_guest=access.allow_guest, xss_safe=keeps_text, methods=list(methods))(
			guarded
		)

	return make


def _describe(
	fn: Callable[..., Any],
	access: Public | Storefront | Desk | Signed,
	methods: tuple[str, ...],
	limits: tuple[Limit, ...],
	*,
	repeats: bool,
	shared: bool,
) -> Endpoint:
	path = f"{fn.__module__}.{fn.__qualname__}"
	if methods not in (READ, WRITE):
		raise TypeError(f"{path}: methods is READ or WRITE, not {methods!r}")
	if shared and not (isinstance(access, Public) and methods == READ):
		raise TypeError(f"{path}: only what everybody may read is the same for everybody")
	if isinstance(access, Signed) and methods != WRITE:
		raise TypeError(f"{path}: only a body is signed")
	signature = inspect.signature(fn, eval_str=True)
	fields = {}
	for parameter in signature.parameters.values():
		where = f"{path}({parameter.name})"
		if parameter.name in RESERVED:
			raise TypeError(f"{where}: Frappe does not pass a parameter of that name on")
		if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
			raise TypeError(f"{where}: each parameter of an endpoint has a name")
		default = ... if parameter.default is parameter.empty else parameter.default
		fields[parameter.name] = (parameter.annotation, default)
	for limit in limits:
		if limit.per and limit.per not in fields:
			raise TypeError(f"{path}: counts per {limit.per}, which is no parameter")
	record = record_of(path, fields)
	return Endpoint(path, access, methods, limits, repeats, shared, fn, signature, record)
