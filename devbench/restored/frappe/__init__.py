"""Sites and apps: which one is the current, which are there, and what their hooks say."""

from __future__ import annotations

import json
import os
import types
from importlib.util import find_spec

import frappe
import frappe._absent
import frappe.modules
from frappe import (
	_dict,
	append_hook,
	client_cache,
	flags,
	get_file_items,
	get_module,
	get_pymodule_path,
	local,
	scrub,
)
from frappe.utils.caching import request_cache

# what init() takes when it is called without a site: background threads and the engine's own calls do
_process: dict[str, str] = {}


def _choose_site(site, sites_path, new_site):
	sites_path = sites_path or os.environ.get("SITES_PATH") or _process.get("sites_path") or "."
	local.sites_path = os.path.abspath(sites_path)
	local.site = site or os.environ.get("FRAPPE_SITE") or _process.get("site") or ""
	local.site_path = os.path.join(local.sites_path, local.site) if local.site else local.sites_path
	local.app_path = local.sites_path
	local.flags.new_site = new_site
	_process.update(site=local.site, sites_path=local.sites_path)


def get_site_name():
	"""The name of the current site, empty without one."""
	return getattr(local, "site", None) or ""


def get_app_path(app_name, *joins):
	"""The folder of the app's package, or a path in it."""
	return get_pymodule_path(app_name, *joins)


def get_app_source_path(app_name, *joins):
	"""The folder that the app's package lies in, or a path in it."""
	return get_app_path(app_name, "..", *joins)


def get_module_list(app_name="frappe"):
	"""The modules in the app's modules.txt."""
	return get_file_items(get_app_path(app_name, "modules.txt"))


def get_all_apps(with_internal_apps=True, sites_path=None):
	"""The apps of the bench, by sites/apps.txt, Frappe first."""
	path = os.path.join(sites_path or local.sites_path, "apps.txt")
	return ["frappe", *(app for app in get_file_items(path) if app != "frappe" and find_spec(app))]


@request_cache
def get_installed_apps(*, _ensure_on_bench=False):
	"""The apps installed on the site, in the order of their installation."""
	if getattr(flags, "in_install_db", True):
		return []
	if not frappe.db:
		frappe.connect()
	installed = json.loads(frappe.db.get_global("installed_apps") or "[]")
	if _ensure_on_bench:
		on_bench = get_all_apps()
		installed = [app for app in installed if app in on_bench]
	return installed


def _load_app_hooks(app_name=None):
	hooks: dict = {}
	for app in [app_name] if app_name else get_installed_apps(_ensure_on_bench=True):
		for key, value in vars(get_module(f"{app}.hooks")).items():
			is_code = isinstance(value, types.ModuleType | types.FunctionType | type)
			if not key.startswith("_") and key != "annotations" and not is_code:
				append_hook(hooks, key, value)
	return hooks


def get_hooks(hook=None, default="_KEEP_DEFAULT_LIST", app_name=None):
	"""The hooks of all installed apps merged, or of one app; one of them if `hook` names it."""
	if app_name:
		hooks = _load_app_hooks(app_name)
	else:
		hooks = client_cache.get_value("app_hooks")
		if hooks is None:
			hooks = _load_app_hooks()
			client_cache.set_value("app_hooks", hooks)
	if hook:
		return hooks.get(hook, [] if default == "_KEEP_DEFAULT_LIST" else default)
	return _dict(hooks)


def setup_module_map(include_all_apps=True):
	"""Note which app each module belongs to."""
	app_modules = client_cache.get_value("app_modules")
	if not app_modules:
		app_modules = {app: [scrub(module) for module in get_module_list(app)] for app in get_all_apps()}
		client_cache.set_value("app_modules", app_modules)
	local.app_modules = app_modules
	local.module_app = {module: app for app, modules in app_modules.items() for module in modules}
