"""A signal to all processes of a program reaches the program alone, whatever was starting."""

import os
import signal
import subprocess
import sys

import pytest

PROGRAM = """
import os, signal, sys, threading
from engine.evaluation import child_process
from engine.evaluation.child_process import ChildProcess
from tests.engine.evaluation.test_child_process import reply

child_process._PRELOADED = ["slow"]
number = int(sys.argv[1])
received = []
signal.signal(number, lambda *_: received.append(number))
threading.Timer(0.3, os.killpg, (0, number)).start()
first = ChildProcess(reply)  # the server that forks it is loading when the signal comes
first.send("first")
print(*first.receive(60)[:2], len(received))
os.killpg(0, number)  # while a child is running
second = ChildProcess(reply)
for child in (first, second):
    child.send("again")
    print(*child.receive(60)[:2], len(received))
os.kill(second.pid, signal.SIGTERM)  # who means the child reaches it
print(second.exit_description()[:10])
first.send("server")
os.kill(first.receive(60)[2], signal.SIGKILL)
third = ChildProcess(reply)  # at once, while the killed server may still be ending
third.send("anew")
print(*third.receive(60)[:2])
"""


def reply(pipe):
    """Send back what comes, whether this process leads a group, and the process above it."""
    while True:
        pipe.send((pipe.recv(), os.getpgid(0) == os.getpid(), os.getppid()))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_the_process_group_ends_no_child_and_a_killed_server_is_replaced(
    tmp_path, number
):
    (tmp_path / "slow.py").write_text("import time\ntime.sleep(0.8)\n")
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(int(number))],
        capture_output=True, text=True, timeout=120, check=False, start_new_session=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, str(tmp_path)])},
    )  # fmt: skip
    lines = ["first True 1", "again True 2", "again True 2", "by SIGTERM", "anew True"]
    assert ran.stdout.splitlines() == lines, ran.stderr
