"""Opens a page in headless Chromium and leaves a picture of it."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

# milliseconds of the page's own clock: timers run ahead, requests are waited for
BUDGET = 15_000
# seconds; only a Chromium that hangs takes so long
PATIENCE = 600
OPTIONS = (
	*("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
	*("--disable-background-networking", "--disable-component-update", "--disable-sync"),
	*("--hide-scrollbars", "--window-size=1280,1000"),
)


def chromium() -> str | None:
	"""Return the path of the system's Chromium."""
	return shutil.which("chromium") or shutil.which("chromium-browser")


def take_picture(url: str, file: Path) -> str | None:
	"""Store a picture of a page, once what it asks for has come.

	Args:
		url: the page.
		file: the PNG file to write.

	Returns:
		What the page consists of then, as HTML; None without Chromium, or if it does not end.
	"""
	program = chromium()
	if not program:
		return None
	file.parent.mkdir(parents=True, exist_ok=True)
	with tempfile.TemporaryDirectory() as profile:
		command = [program, *OPTIONS, f"--user-data-dir={profile}", f"--virtual-time-budget={BUDGET}"]
		try:
			done = subprocess.run(
				[*command, f"--screenshot={file}", "--dump-dom", url],
				capture_output=True,
				text=True,
				timeout=PATIENCE,
			)
		except subprocess.TimeoutExpired:
			return None
	return done.stdout if done.returncode == 0 and file.exists() else None
