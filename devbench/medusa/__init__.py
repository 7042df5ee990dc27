"""Medusa beside the site: real v1 and v2 servers from npm, and a simulator that is as strict as they are."""
