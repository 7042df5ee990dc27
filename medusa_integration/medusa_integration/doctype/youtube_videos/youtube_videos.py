"""Youtube Videos: a row of Homepage Landing, one video."""

from __future__ import annotations

from medusa_integration.protection import OwnRow


class YoutubeVideos(OwnRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		url: DF.SmallText
		website_item: DF.Link | None
	# end: auto-generated types
