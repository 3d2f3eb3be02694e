"""compose.yaml: its services fit the image, and its commands, run here, measure a search."""

import os
import re
import socket
import subprocess
import sys
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from engine.config import NASConfig
from engine.runs.service import RunService
from tests.engine import troubled
from tests.engine.cluster.cluster_processes import until
from tests.engine.installed import forget, install

ROOT = Path(__file__).resolve().parent.parent
SERVICES = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
WORKERS = SERVICES["worker"]["deploy"]["replicas"]


def test_a_dashboard_a_scheduler_and_two_workers_of_one_image():
    assert list(SERVICES) == ["dashboard", "scheduler", "worker"]
    assert WORKERS == 2
    assert {service["build"] for service in SERVICES.values()} == {"."}


def test_the_dashboard_listens_and_stores_where_the_image_says():
    (port,) = re.findall(r"^EXPOSE (\d+)$", DOCKERFILE, re.MULTILINE)
    (folder,) = re.findall(r"^VOLUME (\S+)$", DOCKERFILE, re.MULTILINE)
    assert SERVICES["dashboard"]["ports"] == [f"127.0.0.1:{port}:{port}"]
    assert SERVICES["dashboard"]["volumes"] == [f"dashboard:{folder}"]
    assert SERVICES["worker"]["environment"]["DYNAS_DATA_DIR"] == folder


def test_nobody_outside_reaches_the_scheduler():
    """Whoever does runs code there."""
    assert SERVICES["scheduler"]["ports"] == ["127.0.0.1:8787:8787"]
    assert "ports" not in SERVICES["worker"]


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for probe in sockets:
        probe.bind(("127.0.0.1", 0))
    ports = [str(probe.getsockname()[1]) for probe in sockets]
    for probe in sockets:
        with closing(probe):
            pass
    return ports


@pytest.fixture
def started(tmp_path, monkeypatch):
    """Starts the process of a service on this machine; ends all of them afterwards."""
    install(tmp_path / "package", monkeypatch, {troubled.NAME: "tests.engine.troubled:Troubled"})
    packages = os.pathsep.join([str(tmp_path / "package"), str(ROOT)])
    here = dict(zip(["8501", "8786", "8787"], free_ports(3), strict=True))
    here |= {"/data": str(tmp_path / "data"), "0.0.0.0": "127.0.0.1"}
    here |= {"//scheduler:": "//127.0.0.1:"}
    processes = []

    def translated(text):
        for there, replacement in here.items():
            text = text.replace(there, replacement)
        return text

    def start(name):
        settings = {k: translated(v) for k, v in SERVICES[name].get("environment", {}).items() if v}
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        words = [translated(word) for word in SERVICES[name]["command"]]
        environment = {**os.environ, **settings, "PATH": path, "PYTHONPATH": packages}
        processes.append(subprocess.Popen(words, cwd=ROOT, env=environment))

    start.translated = translated
    yield start
    for process in processes:
        process.terminate()
    for process in processes:
        process.wait(60)
    monkeypatch.undo()
    forget()


def answers(url):
    try:
        return urllib.request.urlopen(url, timeout=3).status == 200
    except OSError:
        return False


@pytest.mark.slow
def test_its_commands_measure_a_search(started, tmp_path):
    started("scheduler")
    (program,) = SERVICES["scheduler"]["healthcheck"]["test"][3:]
    until(
        lambda: (
            (
                subprocess.run([sys.executable, "-c", started.translated(program)], check=False)
            ).returncode
            == 0
        )
    )
    for name in ["dashboard", *["worker"] * WORKERS]:
        started(name)
    (health,) = re.findall(r"http://127.0.0.1:8501\S+health", DOCKERFILE)
    until(lambda: answers(started.translated(health)))
    address = started.translated(SERVICES["dashboard"]["environment"]["DYNAS_CLUSTERS"])
    service = RunService(tmp_path / "search")
    dynas = {"supernet": troubled.NAME, "population": 4, "num_evals": 4, "metrics": ["acc", "macs"]}
    run_id = service.start(NASConfig(approach="random", dynas={**dynas, "cluster": address}))
    service.wait(run_id, 200)
    assert service.history(run_id).state == "finished"
    service.close()
