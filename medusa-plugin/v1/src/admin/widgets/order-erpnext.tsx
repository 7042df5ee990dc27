import type { OrderDetailsWidgetProps, WidgetConfig } from "@medusajs/admin"
import { Button, Container, Heading, Text } from "@medusajs/ui"
import { useAdminCustomQuery, useMedusa } from "medusa-react"
import { lastEventPath, orderRows, replayPath, type ShownEvent, WORDS } from "../../common/order-page"

type Refused = Error & { response?: { data?: { message?: string } } }

/** Medusa's own message, or why there is none. */
const messageOf = (error: unknown) => {
	const { response, message } = error as Refused
	return response?.data?.message ?? message
}

/** Where the order stands in ERPNext, and what ERPNext was told last. */
const OrderInErpNext = ({ order, notify }: OrderDetailsWidgetProps) => {
	const { client } = useMedusa()
	const { data, error, refetch } = useAdminCustomQuery<Record<string, never>, { events: ShownEvent[] }>(
		lastEventPath(order.id),
		["erpnext", order.id],
	)
	const [last] = data?.events ?? []

	const sendAgain = async () => {
		try {
			await client.admin.custom.post(replayPath(last.id), {})
			notify.success(WORDS.heading, WORDS.sentAgain)
		} catch (failure) {
			notify.error(WORDS.heading, messageOf(failure))
		}
		refetch()
	}

	return (
		<Container className="mb-4 divide-y p-0">
			<div className="px-6 py-4">
				<Heading level="h2">{WORDS.heading}</Heading>
			</div>
			{orderRows(order.metadata, last, error ? messageOf(error) : undefined).map(({ label, value }) => (
				<div key={label} className="text-ui-fg-subtle grid grid-cols-2 items-center px-6 py-4">
					<Text size="small" weight="plus">
						{label}
					</Text>
					<Text size="small">{value || "-"}</Text>
				</div>
			))}
			{last && (
				<div className="px-6 py-4">
					<Button size="small" variant="secondary" onClick={sendAgain}>
						{WORDS.sendAgain}
					</Button>
				</div>
			)}
		</Container>
	)
}

export const config: WidgetConfig = { zone: "order.details.after" }

export default OrderInErpNext
