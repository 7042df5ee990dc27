import type { MedusaRequest, MedusaResponse } from "@medusajs/medusa"
import { MedusaError } from "@medusajs/utils"
import type { EntityManager } from "typeorm"

declare const require: (name: string) => any
const jwt = require("jsonwebtoken")

/** Sign a customer in; the token is the one of /store/auth/token. */
export const POST = async (req: MedusaRequest, res: MedusaResponse): Promise<void> => {
	const { email, password } = req.body as Record<string, any>
	const wrong = new MedusaError(MedusaError.Types.UNAUTHORIZED, "Invalid email or password")
	if (typeof email !== "string" || typeof password !== "string") throw wrong
	const auth: any = req.scope.resolve("authService")
	const manager: EntityManager = req.scope.resolve("manager")
	const result = await manager.transaction<any>((transaction) =>
		auth.withTransaction(transaction).authenticateCustomer(email, password),
	)
	if (!result.success) throw wrong
	const { jwt_secret } = (req.scope.resolve("configModule") as any).projectConfig
	const claims = { customer_id: result.customer.id, domain: "store" }
	const access_token = jwt.sign(claims, jwt_secret, { expiresIn: "30d" })
	res.json({ customer_id: result.customer.id, access_token })
}
