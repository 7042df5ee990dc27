"""All tests, and what they share. A failed assertion shows its values in shared modules as in tests."""

import pkgutil

import pytest

pytest.register_assert_rewrite(*(f"{__name__}.{module.name}" for module in pkgutil.iter_modules(__path__)))
