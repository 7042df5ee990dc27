"""Quotations of the shop: asked for, offered, decided on."""
