"""devbench's real Medusa servers as things to start, stop and lose."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from devbench import ROOT
from devbench.medusa.postgres import Postgres, account
from devbench.medusa.servers import MedusaServer
from devbench.processes import DevbenchError, Program
from tests.support.medusa import real_server
from tests.wire.shops import Shop

pytestmark = [pytest.mark.medusa, pytest.mark.long]


@pytest.fixture(params=["v1", "v2"])
def server(request: pytest.FixtureRequest) -> Iterator[MedusaServer]:
	"""The session's server, up again afterwards whatever a test does to it."""
	server = real_server(request.param)
	server.start()
	yield server
	server.start()


def test_it_keeps_its_data_its_port_and_its_tokens_while_it_is_stopped(server: MedusaServer) -> None:
	with requests.Session() as session:
		shop = Shop(server, session, "x")
		created = shop.create("box")
		url = server.url
		server.stop()
		server.stop()
		with pytest.raises(requests.ConnectionError):
			shop.get("/health")
		server.start()
		server.start()
		assert server.url == url
		assert shop.product(created["id"])["handle"] == created["handle"]


def test_after_a_crash_it_can_have_its_first_data_back(server: MedusaServer) -> None:
	with requests.Session() as session:
		shop = Shop(server, session, "x")
		created = shop.create("crate")
		server.kill()
		with pytest.raises(requests.ConnectionError):
			shop.get("/health")
		server.reset()
		server.start()
		assert shop.get("/admin/products").json()["count"] == 0
		assert shop.create("crate")["handle"] == created["handle"]


def test_it_listens_on_loopback_only(server: MedusaServer) -> None:
	# local_address rem_address state, in hexadecimal; 0A is listening
	rows = [line.split() for path in ("tcp", "tcp6") for line in Path("/proc/net", path).open()]
	port = f"{server.port:04X}"
	listening = [row[1] for row in rows if row[3] == "0A" and row[1].endswith(f":{port}")]
	assert listening == [f"0100007F:{port}"]


def test_its_database_can_be_asked(server: MedusaServer) -> None:
	with requests.Session() as session:
		created = Shop(server, session, "x").create("bottle")
	found = server.query(f"select handle from product where id = '{created['id']}'")
	assert found == [["bottle-x"]]


def _children(pid: int) -> list[int]:
	"""The processes that this one has started."""
	found = []
	for path in Path("/proc").glob("[0-9]*/stat"):
		with contextlib.suppress(OSError):
			if int(path.read_text().rpartition(")")[2].split()[1]) == pid:
				found.append(int(path.parent.name))
	return found


def test_nothing_is_left_of_it_when_its_starter_is_killed() -> None:
	command = [sys.executable, "-m", "devbench.medusa", "v1", "--stock"]
	starter = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
	try:
		assert starter.stdout.readline().startswith("url "), starter.stderr.read()
		started = _children(starter.pid)
		assert len(started) == 2
	finally:
		starter.kill()
		starter.communicate()
	deadline = time.monotonic() + 300
	while any(Path("/proc", str(pid)).exists() for pid in started) and time.monotonic() < deadline:
		time.sleep(0.1)
	assert not [pid for pid in started if Path("/proc", str(pid)).exists()]


def test_an_interrupt_ends_it_and_removes_its_data() -> None:
	command = [sys.executable, "-m", "devbench.medusa", "v1"]
	starter = subprocess.Popen(
		command,
		cwd=ROOT,
		stdout=subprocess.PIPE,
		stderr=subprocess.PIPE,
		text=True,
		# what runs in the background of a shell ignores interrupts, and so would its children
		preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
	)
	lines = [starter.stdout.readline() for _ in range(3)]
	assert [line.split()[0] for line in lines] == ["url", "email", "password"]
	starter.send_signal(signal.SIGINT)
	starter.communicate(timeout=600)
	assert not list((ROOT / ".devbench" / "runs").glob(f"*-{starter.pid}-*"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root cannot run PostgreSQL in its own folders")
def test_postgres_finds_a_place_when_the_checkout_is_out_of_its_accounts_reach(tmp_path: Path) -> None:
	hidden = tmp_path / "hidden"
	hidden.mkdir(mode=0o700)
	with Postgres(hidden / "postgres") as postgres:
		assert account() in ("postgres", "nobody")
		home = Path(postgres.query("postgres", "show data_directory")[0][0]).parent
		assert not home.is_relative_to(tmp_path)
		postgres.create("one")
		postgres.query("one", "create table t as select 1 as a")
		postgres.create("two", template="one")
		postgres.dump("two", tmp_path / "dump")
		postgres.restore("three", tmp_path / "dump")
		assert postgres.query("three", "select a from t") == [["1"]]
		assert [postgres.exists(name) for name in ("three", "four")] == [True, False]
	assert not home.exists()


def test_a_server_that_does_not_boot_says_why(server: MedusaServer, monkeypatch: pytest.MonkeyPatch) -> None:
	real = Program.__init__

	def broken(self: Program, name: str, command: list, **options: object) -> None:
		real(self, name, [sys.executable, "-c", "raise SystemExit('no luck')"], **options)

	server.stop()
	with monkeypatch.context() as patch:
		patch.setattr(Program, "__init__", broken)
		with pytest.raises(DevbenchError) as caught:
			server.start()
	assert str(caught.value).startswith(f"Medusa {server.version} ({server.name}) ended at once")
	assert str(caught.value).endswith("no luck")
