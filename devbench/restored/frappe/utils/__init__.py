"""Paths of a bench."""

from __future__ import annotations

import os

import frappe


def get_bench_path():
	"""The folder that `sites/` lies in."""
	sites_path = getattr(frappe.local, "sites_path", None) or os.environ.get("SITES_PATH") or "."
	return os.path.dirname(os.path.abspath(sites_path))


def get_sites(sites_path=None):
	"""The names of the bench's sites."""
	sites_path = sites_path or getattr(frappe.local, "sites_path", None) or "."
	return sorted(
		name
		for name in os.listdir(sites_path)
		if os.path.exists(os.path.join(sites_path, name, "site_config.json"))
	)
