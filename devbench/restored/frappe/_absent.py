"""Stands in for optional packages that are not installed and that no site of devbench calls.

Frappe imports them at the top of a few controllers, and takes a DocType whose controller cannot be imported
for an orphan.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
import types

NAMES = {
	"google",
	"google_auth_oauthlib",
	"googleapiclient",
	"ldap3",
	"pdfkit",
	"pydyf",
	"sentry_sdk",  # without it no row of Error Log can be written
	"weasyprint",
}


class _Absent(types.ModuleType):
	__path__: list[str] = []

	def __getattr__(self, name: str):
		if name.startswith("__"):
			raise AttributeError(name)
		# a class, so that it can be subclassed, annotated with and caught
		return type(name, (Exception,), {})


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
	def find_spec(self, fullname, path=None, target=None):
		if fullname.partition(".")[0] in NAMES:
			return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
		return None

	def create_module(self, spec):
		return _Absent(spec.name)

	def exec_module(self, module):
		pass


# last, so that an installed package wins
sys.meta_path.append(_Finder())
