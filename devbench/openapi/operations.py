"""The endpoints, each at the paths by which it is called."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from devbench.openapi.docstrings import Docstring


@dataclass(frozen=True)
class Operation:
	"""An endpoint at one of its paths."""

	path: str
	function: Any

	@property
	def endpoint(self) -> Any:
		return self.function.endpoint

	@property
	def name(self) -> str:
		"""Unique: the last part, with the module's where it is not `api`."""
		_app, module, name = self.path.split(".")
		return name if module == "api" else f"{module}_{name}"

	@property
	def url(self) -> str:
		return f"/api/method/{self.path}"

	@cached_property
	def text(self) -> Docstring:
		return Docstring(self.endpoint.function.__doc__ or "")

	@property
	def answer(self) -> Any:
		return self.endpoint.signature.return_annotation


def operations() -> list[Operation]:
	"""All endpoints, by their paths."""
	from medusa_integration import api, utils

	return [
		Operation(f"{module.__name__}.{name}", made)
		for module in (api, utils)
		for name, made in sorted(vars(module).items())
		if hasattr(made, "endpoint")
	]
