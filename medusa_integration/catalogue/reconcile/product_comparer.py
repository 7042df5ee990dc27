"""Compares Website Items with products in Medusa (see `sync.reconcile`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import frappe
from frappe import _

from medusa_integration.catalogue.product import image_uploads, mapping
from medusa_integration.catalogue.product.exporter import ProductExporter, delete_own
from medusa_integration.catalogue.reconcile import comparing as compared
from medusa_integration.catalogue.reconcile import diff as differences
from medusa_integration.catalogue.reconcile.comparing import MatchingComparer, words_of
from medusa_integration.catalogue.reconcile.matching import Entry, ProductRegister
from medusa_integration.constants import WEBSITE_ITEM
from medusa_integration.mirror import Mirror
from medusa_integration.mirror.outcomes import Outcome
from medusa_integration.mirror.values import Listed, Product
from medusa_integration.sync.reconcile.finding import Finding, Kind, Subject
from medusa_integration.sync.task import Send


class ProductComparer(MatchingComparer[Listed]):
	"""Compares products with what the exporter would send of their Website Items at this moment."""

	lane = ProductExporter.name
	exporter = ProductExporter
	doctype = WEBSITE_ITEM
	subject = "Product"
	fields = ("item_code", "route", "web_item_name", "published")

	def register(self) -> ProductRegister:
		"""Return an empty register for products."""
		return ProductRegister()

	def entry(self, row: frappe._dict) -> Entry:
		"""Return the register's entry of a Website Item."""
		return Entry(
			name=row.name,
			medusa_id=row.medusa_id or None,
			title=mapping.title(row),
			published=bool(row.published),
			item_code=row.item_code,
			handle=mapping.handle(row),
		)

	def pages(self, medusa: Mirror) -> Iterator[list[Listed]]:
		"""Yield all products in Medusa, page by page."""
		return medusa.products.pages(page=compared.PAGE)

	def read(self, medusa: Mirror, ids: Sequence[str]) -> list[Listed]:
		"""Return the products with these ids."""
		return medusa.products.read_listed(ids)

	def delete_all(self, medusa: Mirror, ids: Sequence[str]) -> list[Outcome]:
		"""Delete these products, except those that have variants of other items."""
		outcomes = delete_own(medusa, ids)
		return [outcomes[id] for id in ids]

	def ids(self, finding: Finding) -> dict[str, Any]:
		"""Return the ids to write to the Website Item that is linked."""
		return {"medusa_id": finding.medusa_id, "medusa_variant_id": finding.further_id or None}

	def differences(self, work: Send, theirs: Listed) -> Iterator[tuple[Kind, Subject, str]]:
		"""Yield the differences between a product with its variant and its Website Item."""
		ours = _as_sent(work)
		if others := theirs.others_variants(ours.key, ours.variant):
			words = _("The product in Medusa also has variants of other items, so it is not changed: {0}")
			yield "Drifted", "Product", words.format(", ".join(one.sku or one.title for one in others))
			return
		if found := differences.of_product(ours, theirs):
			yield "Drifted", "Product", words_of(found)
		variant = theirs.own_variant(ours.variant)
		if variant is None:
			words = _('Medusa has the product, but not its variant "{0}".')
			yield "Missing", "Variant", words.format(ours.variant.title)
		elif found := differences.of_variant(ours.variant, variant):
			yield "Drifted", "Variant", words_of(found)


def _as_sent(work: Send) -> Product:
	"""Return the product as it was sent: with the addresses that Medusa returned for private images."""
	known = image_uploads.known_uploads(work.task.payload)
	return replace(work.value, images=tuple(known.get(url, url) for url in work.value.images))
