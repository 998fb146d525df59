"""Results of several runs, in the order of time.  In: from the store, or from reports.  Out: plain data.

What a verdict depends on, beside the file, is a run's `Conditions`: two runs under the same ones say the same.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from grader.report import Report, Result


@dataclass(frozen=True, slots=True)
class Conditions:
    """What decides a verdict, beside the submission's file and the walls around it."""

    assignment: str
    checks_version: str
    seed_id: str | None
    grader: str
    numpy: str
    python: str = ""
    """The version's first two numbers: a submission runs in it."""
    engine: str = ""
    """A digest of the grader's own code, since a version's number stays while people work on it."""
    feedback: str = "full"


@dataclass(frozen=True, slots=True)
class Run:
    """One call of the grader over one assignment."""

    number: int
    """Later runs have larger ones."""
    conditions: Conditions
    started: datetime | None
    """In UTC; None where only a report is left, which has no time."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One result, and the run that it comes from."""

    result: Result
    run: Run
    at: datetime | None


def of_reports(reports: Iterable[Report]) -> Iterator[Attempt]:
    """Reports in the order of time, two of one assignment being two runs of it."""
    for number, report in enumerate(reports):
        conditions = Conditions(report.assignment, report.checks_version, report.seed_id, report.grader, report.numpy)
        run = Run(number, conditions, None)
        yield from (Attempt(result, run, None) for result in report.submissions)
