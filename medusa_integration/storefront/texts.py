"""Types of parameters for what visitors write: HTML becomes plain text, and what is left has to fit."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from medusa_integration.catalogue.product.plain_text import plain_text
from medusa_integration.endpoints.parameters import LONGEST_ID, AnyText, at_most, required

# characters of HTML: what is left of them has to fit, not they
LONGEST_HTML = 10_000


def one_line(text: str) -> str:
	"""Return the text of HTML in one line, as a field of one line shows it."""
	return " ".join(plain_text(text).split())


Line = Annotated[AnyText, at_most(LONGEST_HTML), AfterValidator(one_line), at_most(LONGEST_ID)]
RequiredLine = Annotated[Line, AfterValidator(required)]
# of several lines; with the longest length behind it
Paragraph = Annotated[AnyText, at_most(LONGEST_HTML), AfterValidator(plain_text)]
