import { useEffect, useState } from "react"

// the dashboard that this becomes a part of puts the server's address here
declare const __BACKEND_URL__: string | undefined

/** Call Medusa's admin API as the person who is signed in; the answer's JSON. Throws Medusa's own message. */
export async function callMedusa<T>(path: string, method = "GET"): Promise<T> {
	const address = (__BACKEND_URL__ ?? "/").replace(/\/$/, "")
	const answer = await fetch(address + path, { method, credentials: "include" })
	const body = await answer.json().catch(() => ({}))
	if (!answer.ok) throw new Error(body.message ?? `Medusa answered ${answer.status}.`)
	return body as T
}

/** What a path of the admin API shows, its error, and a function that reads it again. */
export function useMedusa<T>(path: string): { data?: T; error?: string; reload: () => void } {
	const [state, setState] = useState<{ data?: T; error?: string }>({})
	const [round, setRound] = useState(0)
	useEffect(() => {
		let isShown = true
		const show = (next: { data?: T; error?: string }) => {
			if (isShown) setState(next)
		}
		callMedusa<T>(path).then(
			(data) => show({ data }),
			(error: Error) => show({ error: error.message }),
		)
		return () => {
			isShown = false
		}
	}, [path, round])
	return { ...state, reload: () => setRound((value) => value + 1) }
}
