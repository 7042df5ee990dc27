"""A person in front of Desk: headless Chromium, and whatever goes wrong in it."""

from __future__ import annotations

import shutil
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Response, expect

OPTIONS = (
	"--no-sandbox",
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
)
# milliseconds; a bench with a single worker and tests beside it takes its time
PATIENCE = 120_000
# the width of most laptops
SCREEN = {"width": 1366, "height": 900}
# the page that is in front; Frappe keeps the others
PAGE = ".page-container:visible"
# what Desk says when something goes wrong, though the server has answered
ALARMS = ".modal.show:has(.msgprint), .desk-alert.red:visible, .page-card:visible"
IDLE = "() => window.frappe?.request && !frappe.request.ajax_count && !frappe.dom.freeze_count"


def chromium() -> str | None:
	"""The path of the system's Chromium."""
	return shutil.which("chromium") or shutil.which("chromium-browser")


class Desk:
	"""Desk of one user; `trouble` lists what the console and the network have complained of."""

	def __init__(self, context: BrowserContext, url: str, user: str, password: str) -> None:
		self.url = url
		answer = context.request.post(f"{url}/api/method/login", form={"usr": user, "pwd": password})
		assert answer.ok, answer.text()
		self.page: Page = context.new_page()
		self.page.set_default_timeout(PATIENCE)
		expect.set_options(timeout=PATIENCE)
		self.trouble: list[str] = []
		self._path = ""
		self.page.on("console", self._listen)
		self.page.on("pageerror", lambda error: self._note(error.stack or str(error)))
		self.page.on("response", self._look)

	def _listen(self, message: ConsoleMessage) -> None:
		if message.type == "error":
			self._note(f"{message.text} {message.location['url']}")

	def _look(self, response: Response) -> None:
		if response.status >= 400:
			self._note(f"{response.status} {response.url}")

	def _note(self, text: str) -> None:
		# a site that is served for tests has no server of its own for realtime
		if "socket.io" not in text:
			self.trouble.append(f"{self._path}: {text}" if self._path else text)

	def open(self, path: str) -> None:
		"""Go to a page of Desk, and wait until it is there."""
		self.page.goto(f"{self.url}/app/{path}")
		self.page.locator(f"{PAGE}, .modal.show").first.wait_for()
		self.settle()

	def visit(self, path: str) -> None:
		"""Go to a page of Desk, and note with its path what goes wrong there or is told to have."""
		before, self._path = len(self.trouble), path
		self.open(path)
		self.alarms()
		if len(self.trouble) == before:
			return
		# a dialog in front would cover the next page
		self.page.goto("about:blank")

	def alarms(self) -> None:
		"""Note the messages and the red alerts in sight."""
		for text in self.page.locator(ALARMS).all_inner_texts():
			self._note(f"Desk says: {text}")

	def settle(self) -> None:
		"""Wait until nothing has been asked of the server for a moment."""
		for _ in range(2):
			self.page.wait_for_timeout(300)
			self.page.wait_for_function(IDLE)

	def find(self, selector: str, **options: Any) -> Locator:
		"""Elements of the page in front."""
		return self.page.locator(f"{PAGE} {selector}", **options)

	def press(self, label: str, group: str | None = None) -> None:
		"""Press a button beside the title, or the entry of a group of them."""
		if group:
			opener = self.find(".inner-group-button > button:visible", has_text=group)
			opener.click()
			self.find(".inner-group-button .dropdown-item:visible", has_text=label).click()
		else:
			self.find(".page-actions button:visible", has_text=label).click()
		self.settle()

	def buttons(self) -> set[str]:
		"""The buttons beside the title, groups as "Group > Button"."""
		texts = self.find(".custom-actions > button:visible").all_inner_texts()
		groups = self.find(".inner-group-button:visible")
		for group in groups.all():
			name = group.locator("> button").inner_text().strip()
			entries = group.locator(".dropdown-item").all_text_contents()
			texts += [f"{name} > {entry.strip()}" for entry in entries]
		return {text.strip() for text in texts}

	@property
	def dialog(self) -> Locator:
		"""The dialog in front."""
		return self.page.locator(".modal.show").last

	def answer(self) -> None:
		"""Press the main button of the dialog in front, and see it close."""
		modal = self.page.locator(".modal.show")
		before = modal.count()
		self.dialog.locator(".modal-footer .btn-primary:visible").click()
		expect(modal).not_to_have_count(before)
		self.settle()

	def is_told(self, text: str) -> None:
		"""Wait for a message at the lower edge of the screen."""
		expect(self.page.locator(".desk-alert", has_text=text).first).to_be_visible()

	def says(self, text: str) -> None:
		"""Wait until the page in front says this."""
		expect(self.page.locator(PAGE)).to_contain_text(text, ignore_case=True)
