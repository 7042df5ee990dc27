"""Imports past orders of Medusa: those that were placed in a time that a user chooses."""
