"""The documented dotted paths under `medusa_integration.utils`. No logic: each is made where it belongs."""

from medusa_integration.customers.linking import link_medusa_lead

DESK = (link_medusa_lead,)
