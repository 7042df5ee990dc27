"""What a process of a test needs at once: imported, connected to nothing."""

import frappe.app
import frappe.model.meta
import frappe.utils.background_jobs
import frappe.utils.scheduler

import medusa_integration.api
import medusa_integration.hooks
import medusa_integration.sync.worker

__all__ = ["frappe", "medusa_integration"]
