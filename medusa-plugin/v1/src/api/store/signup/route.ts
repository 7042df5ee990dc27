import type { MedusaRequest, MedusaResponse } from "@medusajs/medusa"
import { MedusaError } from "@medusajs/utils"
import type { EntityManager } from "typeorm"

/** A registration that ERPNext passes on: a customer with an account; the other values go to its metadata. */
export const POST = async (req: MedusaRequest, res: MedusaResponse): Promise<void> => {
	const { email, password, first_name, last_name, mobile, ...more } = req.body as Record<string, any>
	if (typeof email !== "string" || typeof password !== "string" || !email || !password) {
		throw new MedusaError(MedusaError.Types.INVALID_DATA, "email and password are required")
	}
	const customers: any = req.scope.resolve("customerService")
	const manager: EntityManager = req.scope.resolve("manager")
	const values = { email, password, first_name, last_name, phone: mobile, metadata: more }
	const customer = await manager.transaction<any>((transaction) =>
		customers.withTransaction(transaction).create(values),
	)
	res.json({ message: "Customer registered successfully", customer_id: customer.id })
}
