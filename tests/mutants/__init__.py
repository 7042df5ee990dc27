"""Breakages of the app, each of which a test that cites the statement must notice.

`python -m tests.mutants` copies the checkout, applies one breakage to the copy, and runs the tests that cite
its statement there. A breakage that no such test notices survives, and the command fails.
"""
