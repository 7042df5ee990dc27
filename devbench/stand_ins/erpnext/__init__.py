"""Stands in for ERPNext: the DocTypes and functions of it that this app touches, for benches without it."""

__version__ = "16.0.0"
