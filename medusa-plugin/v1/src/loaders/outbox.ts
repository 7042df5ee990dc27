import type { MedusaContainer } from "@medusajs/medusa"
import type ErpService from "../services/erp"

const MINUTE = 60_000

/**
 * Send what has waited for its next attempt every minute, and find every other minute what no subscriber has
 * written. Medusa's own scheduled jobs need Redis.
 */
export default async function startOutbox(container: MedusaContainer): Promise<void> {
	const { outbox } = container.resolve<ErpService>("erpService")
	if (!outbox.isOn) return
	const logger = container.resolve("logger")
	let round = 0
	const timer = setInterval(async () => {
		round += 1
		try {
			if (round % 2) await outbox.sweep()
		} catch (error) {
			logger.error(`Changes for ERPNext cannot be compared: ${(error as Error).message}`)
		}
		await outbox.send()
	}, MINUTE)
	// a command that is done need not wait for it
	timer.unref()
}
