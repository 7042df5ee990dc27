"""Configuration from sites/common_site_config.json and sites/SITE/site_config.json, as on a bench."""

from __future__ import annotations

import json
import os
from importlib.util import find_spec

from frappe.types import _dict

_ENVIRONMENT = {
	"FRAPPE_REDIS_CACHE": "redis_cache",
	"FRAPPE_REDIS_QUEUE": "redis_queue",
	"FRAPPE_DB_HOST": "db_host",
	"FRAPPE_DB_PORT": "db_port",
}
_cache: dict = {}


def get_site_config(sites_path=None, site_path=None, *, cached=False):
	"""The common configuration, with the site's own over it; `cached` takes what was read before."""
	import frappe

	sites_path = sites_path or getattr(frappe.local, "sites_path", None) or "."
	site_path = site_path or getattr(frappe.local, "site_path", None)
	key = (sites_path, site_path)
	if not (cached and key in _cache):
		_cache[key] = _read_config(*key)
	return _cache[key].copy()


def _read_config(sites_path, site_path):
	import frappe

	config = _dict(db_type="mariadb", db_host="127.0.0.1", db_port=3306, server_port=8000)
	# Frappe 16's own default, where it can be had
	config.use_mysqlclient = int(find_spec("MySQLdb") is not None)
	config.update(_read_json(os.path.join(sites_path, "common_site_config.json")) or {})
	# without a site, site_path is the folder of the sites
	if site_path and os.path.abspath(site_path) != os.path.abspath(sites_path):
		of_site = _read_json(os.path.join(site_path, "site_config.json"))
		if of_site is None and not frappe.local.flags.new_site:
			raise frappe.IncorrectSitePath(f"{os.path.basename(site_path)} does not exist")
		config.update(of_site or {})
	config.update({key: os.environ[name] for name, key in _ENVIRONMENT.items() if os.environ.get(name)})
	config.db_user = config.db_user or config.db_name
	return config


def _read_json(path):
	try:
		with open(path) as file:
			return json.load(file)
	except FileNotFoundError:
		return None


def get_common_site_config(sites_path=None, cached=False):
	"""The configuration that all sites share."""
	import frappe

	sites_path = sites_path or getattr(frappe.local, "sites_path", None) or "."
	return get_site_config(sites_path, sites_path, cached=cached)


def get_conf(site=None):
	"""The configuration of the current site; without one, that of the given site or the common one."""
	import frappe

	if getattr(frappe.local, "conf", None):
		return frappe.local.conf
	with frappe.init_site(site):
		return frappe.local.conf


def clear_site_config_cache():
	"""Forget what was read."""
	_cache.clear()
