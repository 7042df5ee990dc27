"""The built-in mails: their texts, what is escaped in them, and what may take their place."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.customers import mails

SHOP = "Bits & <b>Bobs</b>"
URL = "https://shop.example.com"
LINK = "https://shop.example.com/confirm?a=1&b=2"
# kind, what it is told, subject, text
TEXTS = [
	(
		mails.CODE,
		{"otp": "012345", "minutes": 5},
		"Your OTP for Verification",
		"<p>Your one-time password for Bits &amp; &lt;b&gt;Bobs&lt;/b&gt; is:</p>"
		"<p><strong>012345</strong></p>"
		"<p>It is valid for 5 minutes. Do not pass it on to anybody.</p>",
	),
	(
		mails.REGISTERED_ALREADY,
		{},
		"Your account with Bits & <b>Bobs</b>",
		"<p>Somebody, probably you, wanted to register this email with Bits &amp; &lt;b&gt;Bobs&lt;/b&gt;.</p>"
		"<p>You have an account already: log in with it.</p>",
	),
	(
		mails.NOT_REGISTERED,
		{},
		"Your login to Bits & <b>Bobs</b>",
		"<p>Somebody, probably you, wanted to log in to Bits &amp; &lt;b&gt;Bobs&lt;/b&gt; with this email.</p>"
		"<p>There is no account for it. Please kindly register first.</p>",
	),
	(
		mails.WELCOME,
		{"first_name": "<i>Ada</i>", "last_name": "{0} {{ 7 * 6 }}"},
		"Registration successful - Bits & <b>Bobs</b>",
		"<p>Dear &lt;i&gt;Ada&lt;/i&gt; {0} {{ 7 * 6 }},</p>"
		"<p>Your registration with Bits &amp; &lt;b&gt;Bobs&lt;/b&gt; was successful. Welcome!</p>"
		'<p><a href="https://shop.example.com">https://shop.example.com</a></p>',
	),
	(
		mails.RESET,
		{"link": LINK},
		"Password Reset Request - Bits & <b>Bobs</b>",
		"<p>You can choose a new password for Bits &amp; &lt;b&gt;Bobs&lt;/b&gt; here:</p>"
		'<p><a href="https://shop.example.com/confirm?a=1&amp;b=2">'
		"https://shop.example.com/confirm?a=1&amp;b=2</a></p>"
		"<p>If you did not ask for this, leave everything as it is.</p>",
	),
	(
		mails.QUOTATION,
		{"customer_name": "<u>Clinic</u>", "quotation": "SAL-QTN-1", "link": LINK},
		"Here is your Quotation SAL-QTN-1",
		"<p>Dear &lt;u&gt;Clinic&lt;/u&gt;,</p>"
		"<p>Here is your quotation SAL-QTN-1 of Bits &amp; &lt;b&gt;Bobs&lt;/b&gt;."
		" You can look at it and decide on it here:</p>"
		'<p><a href="https://shop.example.com/confirm?a=1&amp;b=2">'
		"https://shop.example.com/confirm?a=1&amp;b=2</a></p>",
	),
]
NAMES = ["code", "registered already", "not registered", "welcome", "reset", "quotation"]


@pytest.fixture
def sent(site, monkeypatch):
	"""What is handed to Frappe to send."""
	names = ("otp_template", "welcome_template", "reset_template", "quotation_template")
	site.set_single("Medusa Configuration", shop_name=SHOP, frontend_url=URL, **dict.fromkeys(names))
	sent = []
	monkeypatch.setattr(frappe, "sendmail", lambda **values: sent.append(values))
	return sent


def in_one_line(html):
	return "".join(line.strip() for line in html.splitlines())


@pytest.mark.parametrize(("mail", "values", "subject", "text"), TEXTS, ids=NAMES)
def test_a_built_in_mail(sent, mail, values, subject, text):
	"""Its text is a template of the app's, which gets every value escaped; the subject is plain text."""
	from frappe.utils.jinja import get_email_from_template

	mails.send(mail, "ada@example.com", values)
	(queued,) = sent
	assert (queued["recipients"], queued["subject"]) == (["ada@example.com"], subject)
	html, plain = get_email_from_template(queued["template"], queued["args"])
	assert (in_one_line(html), plain) == (text, None)
	assert in_one_line(mails.render(mail, values)) == text


def test_a_shop_without_an_address(site, sent):
	"""The welcome has no empty link then."""
	site.set_single("Medusa Configuration", frontend_url=None)
	assert "<a" not in mails.render(mails.WELCOME, {"first_name": "Ada", "last_name": "L"})


def test_it_is_translated(sent, monkeypatch):
	"""Each sentence by itself, as the site's language has it."""
	words = {
		"Your one-time password for {0} is:": "Ihr Einmalpasswort für {0}:",
		"It is valid for {0} minutes. Do not pass it on to anybody.": "Es gilt {0} Minuten.",
	}
	monkeypatch.setattr(frappe.local, "lang", "de")
	monkeypatch.setattr("frappe.translate.get_all_translations", lambda lang: words if lang == "de" else {})
	html = in_one_line(mails.render(mails.CODE, {"otp": "012345", "minutes": 5}))
	assert html == (
		"<p>Ihr Einmalpasswort für Bits &amp; &lt;b&gt;Bobs&lt;/b&gt;:</p>"
		"<p><strong>012345</strong></p><p>Es gilt 5 Minuten.</p>"
	)


def test_an_email_template_takes_its_place(site, sent):
	"""With the same values, escaped in its text as well."""
	template = site.new(
		"Email Template",
		name="Welcome of a shop",
		subject="Hello {{ first_name }}",
		use_html=1,
		response_html="<p>{{ first_name }} of {{ shop_name }}</p>",
	)
	site.set_single("Medusa Configuration", welcome_template=template.name)
	mails.send(mails.WELCOME, "ada@example.com", {"first_name": "<i>Ada</i>", "last_name": "L"})
	(queued,) = sent
	assert "template" not in queued
	assert queued["subject"] == "Hello <i>Ada</i>"
	assert queued["message"] == "<p>&lt;i&gt;Ada&lt;/i&gt; of Bits &amp; &lt;b&gt;Bobs&lt;/b&gt;</p>"
