"""The callers who have no user here, and sign what they send with the shared secret: the plugin in Medusa.

Nothing of such a request is read before its signature is checked. Frappe itself reads a body of the types of
JSON and of forms as soon as the request arrives, also of `application/...+json`: such a body is refused.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, ClassVar

import frappe
from frappe import _
from pydantic_core import from_json

from medusa_integration.endpoints import answers
from medusa_integration.endpoints.limits import PUBLIC_LIMIT
from medusa_integration.exceptions import BodyTooLarge, UnsupportedType, ValidationError
from medusa_integration.medusa.signing import verify
from medusa_integration.mirror.values import SIGNATURE_HEADER
from medusa_integration.settings import shared_secrets


@dataclass(frozen=True)
class Signed:
	"""Whoever signs the request with a shared secret of the settings.

	Calls with a valid signature are not limited; refused ones are, by the caller's address.

	Attributes:
		content_type: the type of the body; Frappe must not parse it.
		largest: bytes of the body.
	"""

	content_type: str
	largest: int = 16 * 1024
	name: ClassVar[str] = "Signed"
	allow_guest: ClassVar[bool] = True

	def check(self) -> None:
		"""Check the size and the type of the body, then the signature; a statement for each secret it needs.

		Raises:
			BodyTooLarge: the body has more bytes.
			UnsupportedType: the body has another type.
			frappe.AuthenticationError: there is no valid signature.
			frappe.RateLimitExceededError: the same address had too many signatures refused.
		"""
		request = frappe.request
		if len(request.get_data()) > self.largest:
			raise BodyTooLarge(_(answers.TOO_LARGE).format(self.largest // 1024))
		if request.mimetype != self.content_type:
			raise UnsupportedType(_("Content-Type must be {0}.").format(self.content_type))
		is_valid = verify(
			request.headers.get(SIGNATURE_HEADER),
			shared_secrets(),
			now=time.time(),
			query=request.query_string,
			body=request.get_data(),
		)
		if not is_valid:
			PUBLIC_LIMIT.check("signature")
			raise frappe.AuthenticationError(_("The signature is missing, not valid or too old."))

	def arguments(self) -> dict[str, Any]:
		"""Return what was sent; only after `check`.

		Raises:
			ValidationError: the body is no JSON object (400).
		"""
		try:
			sent = from_json(frappe.request.get_data(), allow_inf_nan=False)
		except ValueError:
			sent = None
		if not isinstance(sent, dict):
			raise ValidationError(_(answers.NOT_AN_OBJECT))
		return sent
