"""v1's collections."""

from __future__ import annotations

from devbench.medusa.simulator.app import Call, known, merge_metadata, ordered, page
from devbench.medusa.simulator.tables import Row
from devbench.medusa.simulator.v1 import bodies, views
from devbench.medusa.simulator.v1.app import V1, validate
from devbench.medusa.simulator.v1.handles import kebab
from devbench.medusa.simulator.v1.queries import accept_query

route = V1.routes


@route("POST", "/admin/collections")
def create_collection(app: V1, call: Call) -> dict:
	validate(bodies.COLLECTION_CREATE, call.body)
	body = call.body
	handle = body.get("handle") or kebab(body["title"])
	row = app.collections.insert({"title": body["title"], "handle": handle, "metadata": body.get("metadata")})
	return {"collection": views.collection(app, row)}


@route("GET", "/admin/collections")
def list_collections(app: V1, call: Call) -> dict:
	query = accept_query(call, bodies.COLLECTIONS_QUERY)
	rows = [
		row for row in app.collections
		if all(row[name] == query[name] for name in ("title", "handle") if name in query)
		and query.get("q", "").lower() in row["title"].lower()
	]  # fmt: skip
	rows, numbers = page(ordered(rows, "-created_at"), query, 10)
	shown = ("id", "created_at", "updated_at", "title", "handle", "products")
	listed = [{name: views.collection(app, row)[name] for name in shown} for row in rows]
	return {"collections": listed, **numbers}


def known_collection(app: V1, collection_id: str) -> Row:
	return known(app.collections, "Product collection", collection_id)


@route("GET", "/admin/collections/:id")
def get_collection(app: V1, call: Call) -> dict:
	return {"collection": views.collection(app, known_collection(app, call.params["id"]))}


@route("POST", "/admin/collections/:id")
def update_collection(app: V1, call: Call) -> dict:
	validate(bodies.COLLECTION_UPDATE, call.body)
	row = known_collection(app, call.params["id"])
	values = {name: value for name, value in call.body.items() if name != "metadata" and value is not None}
	if call.body.get("metadata"):
		values["metadata"] = merge_metadata(row["metadata"], call.body["metadata"])
	app.collections.update(row, values)
	return {"collection": views.collection(app, row)}


@route("DELETE", "/admin/collections/:id")
def delete_collection(app: V1, call: Call) -> dict:
	row = known_collection(app, call.params["id"])
	app.collections.delete(row)
	return {"id": row["id"], "object": "product-collection", "deleted": True}
