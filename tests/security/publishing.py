"""What Medusa is sent of the pictures of a Website Item."""

from __future__ import annotations

UPLOADS = "/admin/uploads"


def sent_again(shop, item):
	"""What Medusa has of the item's pictures after it was saved and sent again."""
	shop.save(item, ranking=(item.ranking or 0) + 1)
	item.ranking = (item.ranking or 0) + 1
	shop.drain()
	task = shop.task(item)
	assert task.status == "Synced", task.last_error
	return [image["url"] for image in shop.product(item)["images"]], task.last_error


def bytes_in(shop):
	"""The contents of all files that Medusa has been sent."""
	return [content for content, _kind in shop.medusa.app.files.values()]
