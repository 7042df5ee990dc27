"""Ports, runs and templates when several are started at the same moment,
and what is said when something fails.
"""

from __future__ import annotations

import fcntl
import socket
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

from devbench import ROOT, processes, runs, templates
from devbench.processes import DevbenchError, Program, free_port
from devbench.runs import Run, all_runs, remove_if_dead
from devbench.services import copy_folder
from tests.support import medusa


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch):
	monkeypatch.setattr(runs, "RUNS", tmp_path / "runs")
	monkeypatch.setattr(templates, "CACHE", tmp_path / "cache")


def test_a_free_port_is_none_that_the_kernel_gives_away():
	"""Whoever connects somewhere at this moment gets a port of that range."""
	first, last = map(int, Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split())
	ports = {free_port() for _ in range(50)}
	assert len(ports) > 40
	assert not [port for port in ports if first <= port <= last]


def test_two_processes_are_not_given_the_same_port():
	"""Before either listens on it."""
	port = free_port()
	code = f"from devbench import processes; processes.PORTS = ({port}, {port + 1}); processes.free_port()"
	other = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
	assert other.returncode and "There is no free port" in other.stderr


def test_a_port_that_is_taken_is_not_free(monkeypatch):
	with socket.socket() as taken:
		taken.bind(("127.0.0.1", 0))
		taken.listen()
		port = taken.getsockname()[1]
		monkeypatch.setattr(processes, "PORTS", (port, port + 1))
		with pytest.raises(DevbenchError, match="no free port"):
			free_port()


def test_an_answer_is_not_enough_when_the_program_has_ended(tmp_path):
	"""Somebody else has the port, and answers: ours has ended, and says why."""
	code = "print('address already in use'); raise SystemExit(1)"
	program = Program("Redis", [sys.executable, "-c", code], log=tmp_path / "redis.log")
	program.process.wait(300)
	with pytest.raises(DevbenchError, match="Redis ended at once: address already in use"):
		program.wait_until(lambda: True)


def test_a_run_that_is_beginning_is_not_taken_for_a_dead_one(monkeypatch):
	"""Another process tidies up between the making of the folder and its lock."""
	lock, seen = fcntl.flock, []

	def tidy_up_first(file, how):
		if how == fcntl.LOCK_EX and not seen:
			seen.append(True)
			for folder in all_runs():
				remove_if_dead(folder)
		return lock(file, how)

	monkeypatch.setattr(fcntl, "flock", tidy_up_first)
	run = Run()
	run.begin()
	assert seen
	assert run.folder.is_dir() and all_runs() == [run.folder]
	run.end()
	assert not all_runs()


def test_a_template_that_goes_while_the_old_ones_are_looked_for(tmp_path, monkeypatch):
	"""Two processes remove the old ones at the same time."""
	for number in range(templates.KEPT + 2):
		(templates.CACHE / f"site-{number}").mkdir(parents=True)
	stat = Path.stat

	def gone(path, **options):
		if path.name == "site-1":
			raise FileNotFoundError(path)
		return stat(path, **options)

	monkeypatch.setattr(Path, "stat", gone)
	templates.remove_old("site")
	monkeypatch.undo()
	assert len(list((tmp_path / "cache").iterdir())) == templates.KEPT + 1


def test_a_copy_that_fails_says_why(tmp_path):
	"""A full disk, say; here there is nothing to copy."""
	with pytest.raises(DevbenchError, match=r"copying the template failed: .*No such file"):
		copy_folder(tmp_path / "nothing", tmp_path)


def test_a_server_that_cannot_be_had_fails_each_test_by_itself(monkeypatch):
	"""The same sentence for all who ask, without the tracebacks of those who have asked before."""
	error = DevbenchError("npm could not install Medusa")
	monkeypatch.setattr(medusa, "_started", lambda *_: error)
	lengths = set()
	for _ in range(3):
		with pytest.raises(DevbenchError, match="npm could not install Medusa") as raised:
			medusa.real_server("v2")
		lengths.add(len(traceback.extract_tb(raised.tb)))
	assert len(lengths) == 1
