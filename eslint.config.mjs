import js from "@eslint/js";
import globals from "globals";

// what Desk puts into the page for its scripts
const desk = { frappe: "readonly", __: "readonly", $: "readonly", cint: "readonly", locals: "readonly" };

export default [
	{ ignores: ["**/*", "!medusa_integration/**", "!tests/**", "!devbench", "devbench/*", "!devbench/storefront/**", "**/node_modules/**"] },
	js.configs.recommended,
	{
		files: ["**/*.js"],
		languageOptions: { ecmaVersion: 2022, sourceType: "script" },
		rules: {
			curly: ["error", "multi-line"],
			eqeqeq: ["error", "always"],
			"no-var": "error",
			"prefer-const": "error",
		},
	},
	{
		files: ["medusa_integration/**/*.js"],
		languageOptions: {
			// frappe.provide() makes medusa_integration
			globals: { ...globals.browser, ...desk, medusa_integration: "writable" },
		},
	},
	{
		files: ["devbench/storefront/page/*.js"],
		languageOptions: { sourceType: "module", globals: globals.browser },
	},
	{
		files: ["tests/**/*.js"],
		languageOptions: { globals: globals.node },
	},
];
