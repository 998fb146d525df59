"""The same checks under pytest, for an author who wants its tools.  In: `--submission FILE`.  Out: a test a claim.

`pytest --submission predict.py` collects that file and nothing else, unless more is named; `-k`, `-x`, `--pdb` and
`--durations` do what they do. The submission runs in the sandbox, the check in pytest's process, where a debugger finds
it. In a course's folder the checks come from its `source/`, elsewhere from the release beside the file. Draws are
public: nothing here counts.

pytest imports this module in every run of an environment that has it, so it imports nothing of the grader's.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from grader.under_pytest.claims import SubmissionFile

SUBMISSION: pytest.StashKey[Path] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take `--submission`."""
    group = parser.getgroup("grader")
    group.addoption("--submission", metavar="FILE", help="A submission: each claim of its assignment is a test.")


def pytest_configure(config: pytest.Config) -> None:
    """Collect the submission; nothing else unless the command names more."""
    given = config.getoption("--submission")
    if not given:
        return
    path = (config.invocation_params.dir / given).resolve()
    if not path.is_file():
        raise pytest.UsageError(f"--submission: there is no file {given}.")
    config.stash[SUBMISSION] = path
    named = config.args if config.args_source is pytest.Config.ArgsSource.ARGS else []
    config.args = [*named, str(path)]


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """A `.py` that is the submission is no module of tests."""
    return _collected(module_path, parent)  # type: ignore[return-value] # pytest takes any collector here


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "SubmissionFile | None":
    """A notebook that is the submission."""
    return _collected(file_path, parent) if file_path.suffix != ".py" else None


def _collected(path: Path, parent: pytest.Collector) -> "SubmissionFile | None":
    if path.resolve() != parent.config.stash.get(SUBMISSION, None):
        return None
    from grader.under_pytest.claims import SubmissionFile  # noqa: PLC0415 - for runs with a submission only

    return SubmissionFile.from_parent(parent, path=path)
