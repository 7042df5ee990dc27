"""A mail server on loopback that keeps what it gets: enough of SMTP for Python's smtplib."""

from __future__ import annotations

import socketserver
from collections import Counter
from collections.abc import Callable

from typing_extensions import Self

from devbench.serving import start_serving, stop_serving


class MailServer(socketserver.ThreadingTCPServer):
	"""`with MailServer() as server:` listens on `server.port`; `server.mails` has (recipient, text) in order.

	Recipients in `refused` get 550. `on_mail(recipient)` is called for each mail before it is accepted.
	"""

	allow_reuse_address = daemon_threads = True

	def __init__(self) -> None:
		super().__init__(("127.0.0.1", 0), _Session)
		self.port: int = self.server_address[1]
		self.mails: list[tuple[str, str]] = []
		self.refused: set[str] = set()
		self.on_mail: Callable[[str], object] | None = None

	def __enter__(self) -> Self:
		start_serving(self)
		return self

	def __exit__(self, *_exception: object) -> None:
		stop_serving(self)

	def recipients(self) -> Counter[str]:
		"""How many mails each recipient got."""
		return Counter(recipient for recipient, _text in self.mails)


class _Session(socketserver.StreamRequestHandler):
	server: MailServer

	def handle(self) -> None:
		recipients: list[str] = []
		self.answer("220 devbench")
		while line := self.rfile.readline():
			command = line.decode().strip()
			verb = command[:4].upper()
			if verb == "RCPT":
				recipient = command[command.index("<") + 1 : command.index(">")]
				if recipient in self.server.refused:
					self.answer("550 no such mailbox")
					continue
				recipients.append(recipient)
				self.answer("250 ok")
			elif verb == "DATA":
				self.answer("354 go ahead")
				text = self.text()
				for recipient in recipients:
					if self.server.on_mail:
						self.server.on_mail(recipient)
					self.server.mails.append((recipient, text))
				recipients = []
				self.answer("250 ok")
			elif verb == "QUIT":
				self.answer("221 bye")
				return
			else:
				recipients = [] if verb in ("MAIL", "RSET") else recipients
				self.answer("250 ok")

	def text(self) -> str:
		lines = []
		while (line := self.rfile.readline()) not in (b".\r\n", b""):
			lines.append(line.decode())
		return "".join(lines)

	def answer(self, line: str) -> None:
		self.wfile.write(f"{line}\r\n".encode())
