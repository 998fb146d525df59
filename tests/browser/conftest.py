"""A real Chromium, for what only a browser can tell. Where there is none, these tests are not collected, but in CI.

`CHROMIUM` names it where it is not on the path.
"""

import os
from importlib.util import find_spec

from browser.notebooks import CHROMIUM

missing = not (CHROMIUM and find_spec("playwright"))
collect_ignore_glob = ["test_*.py"] if missing and not os.environ.get("CI") else []


def pytest_report_header() -> str:
    """Say what is not tested here."""
    return "no Chromium: pages are not tested in a browser (CHROMIUM names one)" if missing else ""
