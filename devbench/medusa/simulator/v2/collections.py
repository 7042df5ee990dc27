"""v2's collections."""

from __future__ import annotations

import re

from devbench.medusa.simulator.answers import invalid, not_found
from devbench.medusa.simulator.app import Call, merge_metadata
from devbench.medusa.simulator.v2 import bodies, views
from devbench.medusa.simulator.v2.app import V2, accept, accept_query
from devbench.medusa.simulator.v2.queries import listed

route = V2.routes


def _kebab(title: str) -> str:
	"""The handle that v2 makes of a collection's title; products have another rule."""
	parted = re.sub(r"([a-z])([A-Z])", r"\1-\2", title)
	return re.sub(r"[\s_]+", "-", parted).lower()


@route("POST", "/admin/collections")
def create_collection(app: V2, call: Call) -> dict:
	accept(bodies.COLLECTION_CREATE, call)
	body = call.body
	if not body.get("handle") and not body["title"]:
		raise invalid("Cannot set field 'handle' of Product collection to null")
	row = app.collections.insert(
		{
			"title": body["title"],
			"handle": body.get("handle") or _kebab(body["title"]),
			"external_id": body.get("external_id"),
			"metadata": body.get("metadata"),
		}
	)
	return {"collection": views.show(app, "collection", row, call.query.get("fields"))}


@route("GET", "/admin/collections")
def list_collections(app: V2, call: Call) -> dict:
	return listed(app, call, "collection", "collections", list(app.collections), 10)


@route("GET", "/admin/collections/:id")
def get_collection(app: V2, call: Call) -> dict:
	accept_query(call)
	# one that is not there is an empty answer, not an error
	row = app.collections.get(call.params["id"])
	return {"collection": views.show(app, "collection", row, call.query.get("fields"))} if row else {}


@route("POST", "/admin/collections/:id")
def update_collection(app: V2, call: Call) -> dict:
	accept(bodies.COLLECTION_UPDATE, call)
	row = app.collections.get(call.params["id"])
	if not row:
		raise not_found(f'Collection with id "{call.params["id"]}" not found')
	values = {name: value for name, value in call.body.items() if name in ("title", "handle", "external_id")}
	if "metadata" in call.body:
		change = call.body["metadata"]
		values["metadata"] = None if change is None else merge_metadata(row["metadata"], change)
	app.collections.update(row, values)
	return {"collection": views.show(app, "collection", row, call.query.get("fields"))}


@route("DELETE", "/admin/collections/:id")
def delete_collection(app: V2, call: Call) -> dict:
	if row := app.collections.get(call.params["id"]):
		app.collections.delete(row)
	return {"id": call.params["id"], "object": "collection", "deleted": True}
