"""The documented dotted paths under `medusa_integration.utils`. No logic: each is made where it belongs."""

from medusa_integration.api import link_medusa_lead

__all__ = ("link_medusa_lead",)
