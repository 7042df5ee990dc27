import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { MedusaError, Modules } from "@medusajs/framework/utils"
import { createCustomerAccountWorkflow } from "@medusajs/medusa/core-flows"

/** A registration that ERPNext passes on: a customer with an account; the other values go to its metadata. */
export async function POST(req: MedusaRequest, res: MedusaResponse): Promise<void> {
	const { email, password, first_name, last_name, mobile, organization_name, ...more } = (req.body ??
		{}) as Record<string, any>
	if (typeof email !== "string" || typeof password !== "string" || !email || !password) {
		throw new MedusaError(MedusaError.Types.INVALID_DATA, "email and password are required")
	}
	const auth: any = req.scope.resolve(Modules.AUTH)
	const { success, authIdentity } = await auth.register("emailpass", { body: { email, password } })
	if (!success || authIdentity.app_metadata?.customer_id) {
		const message = "Customer with this email already has an account"
		throw new MedusaError(MedusaError.Types.DUPLICATE_ERROR, message)
	}
	const customerData = {
		email,
		first_name,
		last_name,
		phone: mobile,
		company_name: organization_name,
		metadata: more,
	}
	const { result } = await createCustomerAccountWorkflow(req.scope).run({
		input: { customerData, authIdentityId: authIdentity.id },
	})
	res.json({ message: "Customer registered successfully", customer_id: result.id })
}
