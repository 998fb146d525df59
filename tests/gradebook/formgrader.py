"""A Jupyter server with nbgrader's formgrader over a course: what tests, browser and pictures share."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from parity import SEED

PATIENCE = 100
"""Seconds until it answers: three on an idle machine, and others may be busy on this one."""


@contextlib.contextmanager
def formgrader(root: Path, home: Path) -> Iterator[str]:
    """The address of formgrader over the course in `root`; `home` is where nothing of the user's is."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    extensions = "{'nbgrader.server_extensions.formgrader': True}"
    command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", f"--port={port}"]
    command += ["--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True", "--ServerApp.port_retries=0"]
    command += [f"--ServerApp.jpserver_extensions={extensions}"]
    environment = {
        "HOME": str(home),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "COURSE_SEED": SEED,
    }
    with (home / "formgrader.log").open("w") as log:
        process = subprocess.Popen(command, cwd=root, env=environment, stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{port}/formgrader"
            _wait_for(f"{address}/api/assignments", process, home / "formgrader.log")
            yield address
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()


def submissions(address: str, slug: str) -> dict[str, str]:
    """The address of each student's page."""
    with urllib.request.urlopen(f"{address}/api/submitted_notebooks/{slug}/{slug}", timeout=60) as answer:
        return {one["student"]: f"{address}/submissions/{one['id']}/" for one in json.loads(answer.read())}


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5):
            return
        time.sleep(0.2)
    raise RuntimeError(f"formgrader does not answer:\n{log.read_text('utf-8', 'replace')[-3000:]}")
