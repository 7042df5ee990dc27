"""What both generations have in common for somebody who buys."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import requests

from devbench.medusa.seeds import Admin
from devbench.medusa.servers import MedusaServer
from devbench.processes import DevbenchError

# each region takes one that no other region of its Medusa has
_COUNTRIES = frozenset(
	"""ad ae af ag al am ao ar au az bb bd bf bh bi bj bo br bs bt bw by bz cd cf cg ci cl cm cn co cr cu cv
	dj dm do dz ec eg er et fj fm ga gd ge gh gm gn gq gt gw gy hn ht id il in iq ir jm jo ke kg kh ki km kr kw
	kz la lb lc lk lr ls ly ma md mg mh ml mm mn mr mu mv mw mx my mz na ne ng ni np nr nz pa pe pg ph pk
	pw py qa rw sa sb sc sd sg sl sn so sr st sv sy sz td tg th tj tm to tn tt tv tz ua ug uy uz vc ve vn vu
	ws ye za zm zw""".split()
)

# a variant, and how many of it
Pieces: TypeAlias = tuple[str, int]


@dataclass(frozen=True)
class Region:
	id: str
	currency: str
	country: str


class Checkout:
	admin: Admin
	countries = ""

	def __init__(self, server: MedusaServer) -> None:
		self.server = server
		self.visitor = requests.Session()

	def country(self) -> str:
		"""A country that no region has."""
		regions = self.admin("GET", f"/admin/regions?limit=1000{self.countries}")["regions"]
		taken = {country["iso_2"] for region in regions for country in region["countries"]}
		# others use the same Medusa
		return random.choice(sorted(_COUNTRIES - taken))

	def cancel(self, order_id: str) -> None:
		"""Cancel an order as the shop's people do."""
		self.admin("POST", f"/admin/orders/{order_id}/cancel")

	def edit(
		self,
		order_id: str,
		quantities: Mapping[str, int],
		prices: Mapping[str, str] | None = None,
		added: Sequence[Pieces] = (),
	) -> None:
		"""Edit an order and confirm it: these quantities and prices by row, and these variants added."""
		begun = self.admin("POST", "/admin/order-edits", {"order_id": order_id})
		place = f"/admin/order-edits/{self._edit_id(order_id, begun)}"
		self._change_rows(place, quantities, prices or {}, added)
		self.admin("POST", f"{place}/request")
		self.admin("POST", f"{place}/confirm")

	def _edit_id(self, order_id: str, begun: dict) -> str:
		"""The id of an edit that has begun with this answer."""
		raise NotImplementedError

	def _change_rows(
		self, place: str, quantities: Mapping[str, int], prices: Mapping[str, str], added: Sequence[Pieces]
	) -> None:
		"""Change and add rows in the edit whose path is `place`."""
		raise NotImplementedError

	def visit(self, method: str, path: str, body: object = None) -> dict:
		response = self.visitor.request(method, self.server.url + path, json=body, timeout=300)
		if response.status_code >= 300:
			raise DevbenchError(f"{path}: {response.status_code} {response.text[:500]}")
		return response.json()
