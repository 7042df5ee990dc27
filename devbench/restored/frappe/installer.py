"""Installing and removing apps."""

from __future__ import annotations

import json

import click

import frappe
from frappe.defaults import _clear_cache
from frappe.installer import _delete_doctypes, _delete_modules, install_app, post_install


def _install_required_apps(name, verbose):
	"""Install what the app's hooks require, and refuse an app that the bench does not have."""
	if name not in frappe.get_all_apps():
		raise Exception(f"App {name} is not in apps.txt")
	installed = frappe.get_installed_apps()
	for required in frappe.get_hooks("required_apps", app_name=name):
		app = required.rstrip("/").split("/")[-1].removesuffix(".git")
		if app not in installed:
			install_app(app, verbose=verbose)


def add_to_installed_apps(app_name, rebuild_website=True):
	"""Enter the app into the list of installed ones."""
	installed = frappe.get_installed_apps()
	if app_name not in installed:
		_set_installed_apps([*installed, app_name])
	if frappe.flags.in_install:
		post_install(rebuild_website)


def remove_from_installed_apps(app_name):
	"""Strike the app off the list of installed ones."""
	installed = frappe.get_installed_apps()
	if app_name in installed:
		_set_installed_apps([app for app in installed if app != app_name])


def _set_installed_apps(apps):
	frappe.db.set_global("installed_apps", json.dumps(apps))
	frappe.db.commit()
	_clear_cache("__global")
	frappe.local.doc_events_hooks = None
	frappe.local.request_cache.clear()
	frappe.client_cache.delete_value("app_hooks")


def remove_app(app_name, dry_run=False, yes=False, no_backup=False, force=False):
	"""Uninstall the app: its modules with their DocTypes and tables, and its entry in the installed apps."""
	if app_name not in frappe.get_installed_apps() and not force:
		click.secho(f"App {app_name} not installed on Site {frappe.local.site}", fg="yellow")
		return
	hooks = frappe.get_hooks(app_name=app_name)
	frappe.flags.in_uninstall = True
	try:
		_run_hooks(hooks.before_uninstall)
		_run_hooks(frappe.get_hooks("before_app_uninstall"), app_name)
		modules = frappe.get_all("Module Def", filters={"app_name": app_name}, pluck="name")
		_delete_doctypes(_delete_modules(modules, dry_run), dry_run)
		if dry_run:
			return
		remove_from_installed_apps(app_name)
		frappe.db.commit()
		_run_hooks(hooks.after_uninstall)
		_run_hooks(frappe.get_hooks("after_app_uninstall"), app_name)
		frappe.db.commit()
		frappe.clear_cache()
	finally:
		frappe.flags.in_uninstall = False


def _run_hooks(methods, *args):
	for method in methods or []:
		frappe.get_attr(method)(*args)
