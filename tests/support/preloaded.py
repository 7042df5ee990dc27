"""What second processes of tests are forked from: it has imported what they need, and ends with the tests."""

import frappe.app
import frappe.model.meta
import frappe.utils.background_jobs
import frappe.utils.scheduler

import medusa_integration.api
import medusa_integration.hooks
import medusa_integration.sync.worker
from devbench.processes import end_with_parent

__all__ = ["frappe", "medusa_integration"]

# by itself it would stay as long as one that it has forked
end_with_parent()
