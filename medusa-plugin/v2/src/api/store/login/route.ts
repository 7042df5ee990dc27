import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { ContainerRegistrationKeys, generateJwtToken, MedusaError, Modules } from "@medusajs/framework/utils"

/** Sign a customer in; the token is the one of /auth/customer/emailpass. */
export async function POST(req: MedusaRequest, res: MedusaResponse): Promise<void> {
	const { email, password } = (req.body ?? {}) as Record<string, any>
	const auth: any = req.scope.resolve(Modules.AUTH)
	const answer =
		typeof email === "string" && typeof password === "string"
			? await auth.authenticate("emailpass", { body: { email, password } })
			: { success: false }
	const customer_id = answer.authIdentity?.app_metadata?.customer_id
	if (!answer.success || !customer_id) {
		throw new MedusaError(MedusaError.Types.UNAUTHORIZED, "Invalid email or password")
	}
	const { http } = req.scope.resolve(ContainerRegistrationKeys.CONFIG_MODULE).projectConfig
	const claims = {
		actor_id: customer_id,
		actor_type: "customer",
		auth_provider: "emailpass",
		auth_identity_id: answer.authIdentity.id,
		app_metadata: { customer_id },
	}
	const token = generateJwtToken(claims, { secret: http.jwtSecret as string, expiresIn: http.jwtExpiresIn })
	res.json({ customer_id, token })
}
