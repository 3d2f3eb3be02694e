"""The real server in a process of its own, as `make run` starts it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path


class Server:
    """A running dashboard; `kill` ends it as a power cut would.

    `options` follow those of the command line; `environment` is added to that of the tests. What
    the server prints goes into the file `printed`, if one is given. `base` is the path that the
    settings in the environment put the pages below, such as `/studio`.
    """

    def __init__(self, folder, *options, environment=None, printed=None, base=""):
        self.options, self.printed = options, printed
        self.environment = {**os.environ, **(environment or {})}
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder, self.url = folder, f"http://127.0.0.1:{self.port}{base}"
        self.start()

    def start(self):
        command = [sys.executable, "-m", "app", "--port", str(self.port), "--no-browser"]
        with Path(self.printed or os.devnull).open("ab") as printed:
            self.process = subprocess.Popen(
                [*command, "--data-dir", str(self.folder), *self.options], env=self.environment,
                stdout=printed, stderr=printed if self.printed else None, start_new_session=True,
            )  # fmt: skip
        end = time.monotonic() + 90
        while True:
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2):
                    return
            except OSError:
                assert time.monotonic() < end, "the server did not start"
                time.sleep(0.05)  # so that the core is the server's, which has much to import

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
