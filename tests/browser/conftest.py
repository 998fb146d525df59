"""A real Chromium, for what only a browser can tell. Where there is none, these tests are not collected.

`CHROMIUM` names it where it is not on the path.
"""

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)

collect_ignore_glob = [] if CHROMIUM and find_spec("playwright") else ["test_*.py"]


def pytest_report_header() -> str:
    """Say what is not tested here."""
    return "" if not collect_ignore_glob else "no Chromium: pages are not tested in a browser (CHROMIUM names one)"


@pytest.fixture(scope="session")
def browser() -> Iterator["object"]:
    """A headless browser, started once."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Its own sandbox needs what a container has not; what is opened here is our own page.
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()
