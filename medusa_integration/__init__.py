"""Keeps a Medusa storefront in step with ERPNext."""

__version__ = "0.1.0"
