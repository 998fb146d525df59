"""What all tests share: in CI a skipped test is a failure, since nothing may be missing there."""

import os

import pytest
from hypothesis import settings

settings.register_profile("ours", deadline=None)  # a deadline would measure the machine, and what else it does
settings.load_profile("ours")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a CI run in which a test was skipped."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
