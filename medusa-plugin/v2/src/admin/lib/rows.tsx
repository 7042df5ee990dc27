import { Container, Heading, Text } from "@medusajs/ui"
import type { ReactNode } from "react"
import { WORDS } from "../../common/order-page"

/** A section of the page with a heading and what stands below it. */
export const Section = ({ children }: { children: ReactNode }) => (
	<Container className="divide-y p-0">
		<div className="px-6 py-4">
			<Heading level="h2">{WORDS.heading}</Heading>
		</div>
		{children}
	</Container>
)

/** A label and a value side by side. */
export const Row = ({ label, children }: { label: string; children?: ReactNode }) => (
	<div className="text-ui-fg-subtle grid grid-cols-2 items-center px-6 py-4">
		<Text size="small" weight="plus">
			{label}
		</Text>
		<Text size="small">{children || "-"}</Text>
	</div>
)
