/* The shop's page: everything that it shows comes from the endpoints of medusa_integration, by way of the
   shop's own server. Texts become text nodes, never HTML. */

import { ask, h, listed, money, picture } from "./elements.js";

const main = document.getElementById("main");
const cards = new Map();
let signedIn = false;

const routeOf = (url) => String(url || "").replace(/^\/+/, "");
const listing = (route) => `#/list/${encodeURIComponent(routeOf(route))}`;
const idOf = (card) => card.product_id || card.id || card.medusa_id;

function price(standard, own) {
	if (!standard && !own) return h("p", { class: "price" }, "Price on request");
	if (!own || own === standard) return h("p", { class: "price" }, money(standard));
	return h("p", { class: "price" }, money(own), " ", standard ? h("s", {}, money(standard)) : null);
}

function wish(id, isWished) {
	const button = h(
		"button",
		{ class: "wish", "aria-pressed": String(Boolean(isWished)), "data-id": id },
		isWished ? "On your wishlist" : "Add to wishlist",
	);
	button.addEventListener("click", async () => {
		const wished = button.getAttribute("aria-pressed") === "true";
		const change = wished ? { is_remove: 1 } : { is_add: 1 };
		try {
			await ask("handle_wishlist", { item_codes: [id], ...change });
			button.setAttribute("aria-pressed", String(!wished));
			button.textContent = wished ? "Add to wishlist" : "On your wishlist";
		} catch (error) {
			tell(error);
		}
	});
	return button;
}

function card(one) {
	const id = idOf(one);
	const title = one.title || one.item_name || one.website_item_name;
	cards.set(id, { ...one, title });
	return h(
		"article",
		{ class: "card" },
		h(
			"a",
			{ href: `#/product/${encodeURIComponent(id)}` },
			picture(one.thumbnail, title),
			h("div", { class: "title" }, title),
		),
		h(
			"div",
			{ class: "faint" },
			[one.collection_title || one.item_group, one.brand].filter(Boolean).join(" · "),
		),
		h("div", { class: "faint" }, [one.colour, one.shape, one.shade].filter(Boolean).join(", ")),
		one.expiry_date ? h("div", { class: "faint" }, `Expires ${one.expiry_date}`) : null,
		price(one.standard_price, one.negotiated_price),
		signedIn ? wish(id, one.is_wishlisted) : null,
	);
}

const row = (title, found) =>
	listed(found).length ? [h("h2", {}, title), h("div", { class: "cards" }, listed(found).map(card))] : [];

const tell = (error) => main.prepend(h("p", { class: "told", role: "alert" }, error.message));

async function home() {
	const [banners, top, sellers, arrivals, said] = await Promise.all(
		[
			"get_homepage_banners",
			"get_homepage_top_section",
			"get_top_sellers",
			"get_new_arrivals",
			"get_testimonials",
		].map((name) => ask(name)),
	);
	return [
		listed(banners).map((one) => picture(one.banner_url, one.name1 || "", "banner")),
		h("h1", {}, "Welcome"),
		h(
			"p",
			{},
			listed(top).map((one) => h("a", { href: listing(one.url) }, `${one.title} `)),
		),
		row("Top sellers", sellers),
		row("New arrivals", arrivals),
		listed(said).map((one) =>
			h("blockquote", {}, one.review, h("footer", { class: "faint" }, one.review_by)),
		),
	].flat();
}

const FACETS = [
	["brand", "Brand", "distinct_brands"],
	["collection_title", "Category", "distinct_collection_titles"],
	["colour", "Colour", "distinct_colours"],
	["shape", "Shape", "distinct_shapes"],
	["shade", "Shade", "distinct_shades"],
];

function filters(found, chosen, change) {
	return h(
		"form",
		{ class: "filters" },
		h("fieldset", {}, box("availability", "1", "In stock only", chosen.availability === "1", change)),
		FACETS.map(([name, label, key]) => {
			const values = listed(found[key]).map((one) => (typeof one === "string" ? { name: one } : one));
			const picked = listed(chosen[name]);
			if (!values.length && !picked.length) return null;
			return h(
				"fieldset",
				{},
				h("legend", {}, label),
				values.map((one) =>
					box(
						name,
						one.name,
						one.count ? `${one.name} (${one.count})` : one.name,
						picked.includes(one.name),
						change,
					),
				),
			);
		}),
	);
}

function box(name, value, text, checked, change) {
	const input = h("input", { type: "checkbox", name, value, checked });
	input.addEventListener("change", () => change(name, value, input.checked));
	return h("label", {}, input, ` ${text}`);
}

async function list(route, query) {
	const chosen = { page: Number(query.get("page") || 1) };
	for (const [name] of FACETS) if (query.getAll(name).length) chosen[name] = query.getAll(name);
	if (query.get("availability")) chosen.availability = query.get("availability");
	const found = await ask("get_website_items", { url: route, ...chosen });
	const go = (edit) => {
		const next = new URLSearchParams(query);
		next.delete("page");
		edit(next);
		location.hash = `${listing(route)}?${next}`;
	};
	const change = (name, value, on) =>
		go((next) => (on ? next.append(name, value) : next.delete(name, value)));
	const pages = Array.from({ length: Math.min(Number(found.total_pages) || 0, 20) }, (_, index) => index + 1);
	return [
		h("h1", {}, route.split("/").pop().replaceAll("-", " ")),
		h("p", { class: "faint" }, `${found.product_count} products`),
		h(
			"p",
			{},
			listed(found.distinct_parent_item_groups).map((one) =>
				h("a", { href: listing(`${route}/${one.handle}`) }, `${one.title} `),
			),
		),
		h(
			"div",
			{ class: "listing" },
			filters(found, chosen, change),
			h(
				"div",
				{},
				h("div", { class: "cards" }, listed(found.paginatedProducts).map(card)),
				h(
					"nav",
					{ class: "pages", "aria-label": "Pages" },
					pages.length > 1
						? pages.map((page) =>
								h(
									"button",
									{
										onclick: () => go((next) => next.set("page", page)),
										disabled: page === found.current_page,
									},
									String(page),
								),
							)
						: [],
				),
			),
		),
	];
}

/** All cards of the shop, a page at a time: a small shop has few. */
async function* everything() {
	for (let page = 1, pages = 1; page <= pages; page++) {
		const found = await ask("get_website_items", { url: "all", page });
		pages = found.total_pages;
		yield* listed(found.paginatedProducts);
	}
}

/** The card of a product, also where nobody has come from a list. */
async function cardOf(id) {
	if (cards.has(id)) return cards.get(id);
	for await (const one of everything()) if (idOf(one) === id) return one;
	return {};
}

async function product(id) {
	const [known, shown, variants, others] = await Promise.all([
		cardOf(id),
		ask("get_website_image", { medusa_id: id }),
		ask("get_website_variants", { medusa_id: id }),
		ask("fetch_relevant_items", { product_id: id, limit: 4 }),
	]);
	const images = listed(shown.image);
	return [
		h(
			"div",
			{ class: "product" },
			h(
				"div",
				{ class: "pictures" },
				images.map((url) => picture(url, known.title || "")),
			),
			h(
				"div",
				{},
				h("h1", {}, known.title || id),
				price(shown.price, shown.negotiated_price),
				h("p", { class: "faint" }, shown.in_stock ? "In stock" : "Not in stock"),
				h("p", {}, shown.description || ""),
				signedIn ? wish(id, known.is_wishlisted) : null,
			),
		),
		row("Variants", variants.related_items),
		row("You may also like", others),
	].flat();
}

async function wishlist() {
	if (!signedIn) return [h("h1", {}, "Wishlist"), h("p", {}, "Sign in to see your wishlist.")];
	const wished = [];
	for await (const one of everything()) if (one.is_wishlisted) wished.push(one);
	return [
		h("h1", {}, "Wishlist"),
		h("p", { class: "faint" }, `${wished.length} products`),
		h("div", { class: "cards" }, wished.map(card)),
	];
}

async function clearance() {
	const found = await ask("get_clearance_items");
	return [h("h1", {}, "Clearance"), h("div", { class: "cards" }, listed(found.paginatedProducts).map(card))];
}

async function menu() {
	const top = await ask("get_menu", { mobile_view: 1 });
	const entries = listed(top.children).slice(0, 8);
	document
		.getElementById("menu")
		.replaceChildren(
			...entries.map((one) => h("a", { href: listing(one.url || `products/${one.handle}`) }, one.title)),
		);
}

async function page() {
	const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
	const [kind, rest] = path.split("/");
	const argument = decodeURIComponent(rest || "");
	if (kind === "list") return list(argument || "products", new URLSearchParams(query || ""));
	if (kind === "product") return product(argument);
	if (kind === "wishlist") return wishlist();
	if (kind === "clearance") return clearance();
	return home();
}

async function show() {
	main.removeAttribute("data-ready");
	try {
		main.replaceChildren(...(await page()).filter(Boolean));
	} catch (error) {
		main.replaceChildren();
		tell(error);
	}
	main.setAttribute("data-ready", "");
	window.scrollTo(0, 0);
}

addEventListener("hashchange", show);
signedIn = (await (await fetch("/me")).json()).signed_in;
await Promise.all([menu().catch(tell), show()]);
