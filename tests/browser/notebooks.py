"""A student's folder, a JupyterLab over it, and a Chromium: what the browser tests and the screenshots share."""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TOKEN = "a-token-for-one-test"
PATIENCE = 100
"""Seconds until the server answers: it takes three on an idle machine, and others may be busy on this one."""

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)

SETTINGS = {
    "apputils-extension/themes": {"adaptive-theme": True},  # light or dark as the browser says
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}


def student_folder(folder: Path, slug: str, cells: Sequence[str], name: str = "my own name.ipynb") -> Path:
    """The release's folder with a notebook of that name: the locked first cell, and then `cells`."""
    release = ROOT / "assignments" / slug
    shutil.copytree(release, folder)
    book = json.loads((folder / f"{slug}.ipynb").read_text("utf-8"))
    (setup,) = (cell for cell in book["cells"] if cell["id"] == "setup")
    own: list[dict[str, Any]] = [
        {"cell_type": "code", "id": f"own-{i}", "metadata": {}, "source": text, "outputs": [], "execution_count": None}
        for i, text in enumerate(cells)
    ]
    file = folder / name
    file.write_text(json.dumps(book | {"cells": [setup, *own]}), "utf-8")
    (folder / f"{slug}.ipynb").unlink()
    return file


def submission(slug: str, name: str) -> str:
    """A wrong submission's text, as a student would have it in their cells."""
    return (ROOT / "tests" / "submissions" / slug / "wrong" / f"{name}.py").read_text("utf-8")


def environment(home: Path) -> dict[str, str]:
    """Nothing of the user's own settings; our package can be imported, in the kernel too."""
    places = {f"JUPYTER_{part}_DIR": str(home / part.lower()) for part in ("CONFIG", "DATA", "RUNTIME")}
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR", "SYSTEMROOT") if name in os.environ}
    return {
        **kept,
        **places,
        "HOME": str(home),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "PYTHONPATH": str(ROOT),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


@contextlib.contextmanager
def jupyterlab(folder: Path, home: Path) -> Iterator[str]:
    """A server over `folder`; its address, which ends without a slash."""
    for name, settings in SETTINGS.items():
        file = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(settings), "utf-8")
    port = _free_port()
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"]
    command += [f"--port={port}", "--port-retries=0", f"--IdentityProvider.token={TOKEN}", f"--notebook-dir={folder}"]
    address = f"http://127.0.0.1:{port}"
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment(home), stdout=log, stderr=log)
        try:
            _wait_for(f"{address}/api/status?token={TOKEN}", process, home / "server.log")
            yield address
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5) as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError(f"JupyterLab does not answer:\n{log.read_text('utf-8', 'replace')[-3000:]}")


@contextlib.contextmanager
def chromium() -> Iterator[Any]:
    """A headless Chromium of the system's, as Playwright drives it.

    Its own sandbox needs what a container has not; what is opened here is our own page.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@contextlib.contextmanager
def opened(browser: Any, address: str, **options: Any) -> Iterator[Any]:
    """A page at that address, of a fresh visitor; `options` are those of a browser's context."""
    context = browser.new_context(**({"viewport": {"width": 1280, "height": 1600}} | options))
    context.set_default_timeout(PATIENCE * 1000)
    try:
        page = context.new_page()
        page.goto(address)
        yield page
    finally:
        context.close()


def run_cells(page: Any, count: int) -> None:
    """Run so many cells, as a student does: Shift+Enter in each, and again where nothing comes of it.

    A page that has just opened takes the keys before its kernel listens, and drops them.
    """
    page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').wait_for(state="attached")
    for i in range(count):
        for _ in range(PATIENCE // 5):
            press_enter_in(page, i)
            with contextlib.suppress(Exception):  # Playwright's own TimeoutError, which is imported late
                answered(page, i).wait_for(timeout=5000)
                break
    answered(page, count - 1).wait_for()


def press_enter_in(page: Any, cell: int) -> None:
    """Run one cell, and do not wait."""
    page.locator(".jp-Notebook .jp-Cell").nth(cell).locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")


def answered(page: Any, cell: int) -> Any:
    """The prompt of a cell that has run: the kernel may be that of a visit before, and count on."""
    return page.locator(".jp-Notebook .jp-Cell").nth(cell).locator(".jp-InputPrompt", has_text=re.compile(r"\[\d+\]"))


COLOURS = """element => {
    const number = text => text.match(/[\\d.]+/g).map(Number);
    const ink = number(getComputedStyle(element).color);
    let ground = [255, 255, 255];
    for (let e = element; e; e = e.parentElement) {
        const found = number(getComputedStyle(e).backgroundColor);
        if (found.length === 3 || found[3] === 1) { ground = found; break; }
    }
    return [ink.slice(0, 3), ground.slice(0, 3)];
}"""


def contrast(element: Any) -> float:
    """Of an element's text and the first opaque ground below it, by WCAG."""
    one, other = sorted(map(_luminance, element.evaluate(COLOURS)), reverse=True)
    return (one + 0.05) / (other + 0.05)


def _luminance(colour: Sequence[float]) -> float:
    parts = [p / 255 for p in colour]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def outputs(file: Path) -> list[Mapping[str, Any]]:
    """The data of every output in a notebook's file."""
    cells = json.loads(file.read_text("utf-8"))["cells"]
    return [output["data"] for cell in cells for output in cell.get("outputs", ()) if "data" in output]
