/* What the shop's page is made of: answers of the shop's server, and elements whose texts are never HTML. */

class Refused extends Error {}

export async function ask(name, values = {}) {
	const answer = await fetch(`/api/${name}`, {
		method: "POST",
		headers: { "Content-Type": "application/json" },
		body: JSON.stringify(values),
	});
	const said = await answer.json().catch(() => ({}));
	if (!answer.ok) throw new Refused(said.error || `The shop does not answer (${answer.status}).`);
	return said.message;
}

/** Make an element: `h("a", { href, class }, "text", child)`. */
export function h(tag, values = {}, ...children) {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(values)) {
		if (value === null || value === undefined || value === false) continue;
		if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
		else element.setAttribute(name, value === true ? "" : String(value));
	}
	element.append(...children.flat().filter((child) => child !== null && child !== undefined));
	return element;
}

/** An address that may be opened or shown: of the web, nothing that runs. */
export function address(text) {
	try {
		const url = new URL(text, location.origin);
		return ["http:", "https:"].includes(url.protocol) ? url.href : null;
	} catch {
		return null;
	}
}

export const picture = (url, text, kind = "picture") =>
	address(url || "") && url ? h("img", { src: address(url), alt: text, class: kind }) : null;

export const listed = (value) => (Array.isArray(value) ? value : []);
export const money = (value) => Number(value).toFixed(3);
