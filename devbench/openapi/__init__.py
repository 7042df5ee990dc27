"""Generates docs/openapi.json from the endpoints: `python -m devbench.openapi`.

Path, methods, class of callers and limits are those of the decorator; parameters and answers are the
annotations of the plain function; descriptions, and the statuses of errors, are its docstring's.
"""
