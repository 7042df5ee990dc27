// Runs the scripts of the Customer's and Lead's forms with a stand-in for Desk, and prints what they do as JSON.
// node form_of_customer.js <folder of the scripts> <JSON: {doctype, doc, permissions, leads, answer}>
"use strict";
const fs = require("fs");
const path = require("path");
const vm = require("vm");

const [folder, text] = process.argv.slice(2);
const given = JSON.parse(text);
const seen = { buttons: [], calls: [], confirmed: [], intro: null, alerts: [], reloaded: 0, fields: [] };
const handlers = {};
const confirms = [];

String.prototype.bold = function () {
	return `<b>${this}</b>`;
};
class Dialog {
	constructor(options) {
		this.options = options;
		seen.fields.push(
			...options.fields.map((field) => [field.fieldname, field.options, field.default ?? null]),
		);
		seen.query = options.fields[0].get_query();
	}
	show() {
		seen.shown = true;
		this.options.primary_action.call(this, { lead: given.choice });
	}
	hide() {}
}
const frappe = {
	provide(name) {
		context[name] = context[name] || {};
	},
	model: {
		can_read: (doctype) => given.permissions.read.includes(doctype),
		can_write: (doctype) => given.permissions.write.includes(doctype),
	},
	ui: { form: { on: (doctype, events) => ((handlers[doctype] ??= []).push(events), undefined) }, Dialog },
	utils: { escape_html: (value) => value.replaceAll("<", "&lt;").replaceAll(">", "&gt;") },
	db: { get_list: async (doctype, options) => ((seen.list = [doctype, options.filters]), given.leads ?? []) },
	confirm: (message, yes) => (seen.confirmed.push(message), confirms.push(yes)),
	call: async (options) => {
		seen.calls.push([options.method, options.args]);
		if (given.answer === "error") throw new Error("refused");
	},
	show_alert: (options) => seen.alerts.push(options.message),
};
const replaced = (message, values) => message.replace(/\{(\d)\}/g, (_all, number) => values[number]);
const context = vm.createContext({
	frappe,
	__: (message, values) => replaced(message, values ?? []),
	console,
});
for (const name of ["link_lead.js", given.doctype === "Lead" ? "lead.js" : "customer.js"]) {
	vm.runInContext(fs.readFileSync(path.join(folder, name), "utf8"), context);
}

const frm = {
	doctype: given.doctype,
	doc: given.doc,
	perm: [{ write: given.permissions.write.includes(given.doctype) ? 1 : 0 }],
	is_new: () => Boolean(given.doc.__islocal),
	is_dirty: () => false,
	add_custom_button: (label, action) => seen.buttons.push([label, action]),
	set_intro: (message) => (seen.intro = message),
	reload_doc: async () => (seen.reloaded += 1),
};

(async () => {
	for (const events of handlers[given.doctype]) events.refresh(frm);
	await new Promise(setImmediate);
	for (const [, press] of given.press ? seen.buttons : []) press();
	for (const yes of confirms) await yes();
	await new Promise(setImmediate);
	seen.buttons = seen.buttons.map(([label]) => label);
	console.log(JSON.stringify(seen));
})();
