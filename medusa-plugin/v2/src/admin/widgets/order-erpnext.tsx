import { defineWidgetConfig } from "@medusajs/admin-sdk"
import { Button, toast } from "@medusajs/ui"
import { lastEventPath, orderRows, replayPath, type ShownEvent, WORDS } from "../../common/order-page"
import { callMedusa, useMedusa } from "../lib/medusa"
import { Row, Section } from "../lib/rows"

type Order = { id: string; metadata?: Record<string, unknown> | null }

/** Where the order stands in ERPNext, and what ERPNext was told last. */
const OrderInErpNext = ({ data: order }: { data: Order }) => {
	const { data, error, reload } = useMedusa<{ events: ShownEvent[] }>(`/admin${lastEventPath(order.id)}`)
	const [last] = data?.events ?? []

	const sendAgain = async () => {
		try {
			await callMedusa(`/admin${replayPath(last.id)}`, "POST")
			toast.success(WORDS.sentAgain)
		} catch (failure) {
			toast.error((failure as Error).message)
		}
		reload()
	}

	return (
		<Section>
			{orderRows(order.metadata, last, error).map(({ label, value }) => (
				<Row key={label} label={label}>
					{value}
				</Row>
			))}
			{last && (
				<div className="px-6 py-4">
					<Button size="small" variant="secondary" onClick={sendAgain}>
						{WORDS.sendAgain}
					</Button>
				</div>
			)}
		</Section>
	)
}

export const config = defineWidgetConfig({ zone: "order.details.side.after" })

export default OrderInErpNext
