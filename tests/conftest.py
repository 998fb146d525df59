"""What all tests share: in CI a skipped test is a failure, since nothing may be missing there."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

settings.register_profile("ours", deadline=None)  # a deadline would measure the machine, and what else it does
settings.load_profile("ours")


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """A headless browser, started once: there is no second one beside it in a process."""
    from browser.notebooks import chromium

    with chromium() as opened:
        yield opened


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a CI run in which a test was skipped."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
