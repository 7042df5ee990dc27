"""Which site a request is for."""

from __future__ import annotations

import os

import frappe

# set by whoever serves one site only
_site = None
_sites_path = os.environ.get("SITES_PATH")


def _site_of(request):
	"""The site that is served, or named by a header, or the bench's default, or else the host's name."""
	if site := _site or request.headers.get("X-Frappe-Site-Name") or os.environ.get("FRAPPE_SITE"):
		return site
	common = frappe.get_common_site_config(_sites_path, cached=True)
	return common.default_site or request.host.partition(":")[0]
