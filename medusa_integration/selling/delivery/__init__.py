"""Delivery Notes of imported orders become fulfillments and shipments in Medusa."""
