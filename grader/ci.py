"""Where `check --ci` runs, and what that place shows.  In: its environment, a report.  Out: texts, and where they go.

Nothing that a student wrote is printed where a line of it could be a command: on GitHub their findings stand between
`stop-commands` and a token that nobody can know. Never decides points.
"""

import dataclasses
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from grader.emit import github, markdown, parts, text
from grader.report import Report

Where = Literal["github", "gitlab", "gradescope", "prairielearn", "plain"]

SUMMARY_BYTES = 1 << 20
"""Of all that one step writes to its summary; above it GitHub shows nothing of it."""

JUNIT_FILE = "grader-junit.xml"
QUALITY_FILE = "gl-code-quality-report.json"
"""GitLab takes any name; the job says it under `artifacts: reports`."""


@dataclass(frozen=True, slots=True)
class Place:
    """One of the places that are known, and its folders."""

    where: Where
    base: Path = Path()
    """What paths of the report are relative to."""
    summary: Path | None = None
    """A file that Markdown is added to."""

    def files(self) -> tuple[tuple[str, Path], ...]:
        """The formats that the place reads, and where it looks for them."""
        match self.where:
            case "gitlab":
                return ("junit", self.base / JUNIT_FILE), ("gitlab", self.base / QUALITY_FILE)
            case "gradescope" | "prairielearn":
                return ((self.where, self.base / "results" / "results.json"),)
            case _:
                return ()


def place(environ: Mapping[str, str], root: Path = Path("/")) -> Place:
    """The place, by what only it has; `root` is where the platforms' folders lie."""
    if environ.get("GITHUB_ACTIONS") == "true":
        summary = environ.get("GITHUB_STEP_SUMMARY")
        return Place("github", Path(environ.get("GITHUB_WORKSPACE") or "."), Path(summary) if summary else None)
    if environ.get("GITLAB_CI") == "true":
        return Place("gitlab", Path(environ.get("CI_PROJECT_DIR") or "."))
    if (root / "autograder/submission").is_dir() and (root / "autograder/results").is_dir():
        return Place("gradescope", root / "autograder")
    if (root / "grade/student").is_dir():
        return Place("prairielearn", root / "grade")
    return Place("plain")


def seen_from(base: Path, report: Report) -> Report:
    """The report with files named as the place names them: relative to its own folder, where they are in it."""

    def relative(file: str) -> str:
        path = Path(file)
        return path.relative_to(base.resolve()).as_posix() if path.is_relative_to(base.resolve()) else path.name

    return dataclasses.replace(
        report, submissions=tuple(dataclasses.replace(r, file=relative(r.file)) for r in report.submissions)
    )


def log(at: Place, report: Report) -> Iterator[str]:
    """Lines for stdout: the findings, and on GitHub the annotations."""
    report = parts.cleaned(report)
    if at.where != "github":
        yield from _findings(report)
        return
    token = secrets.token_hex(16)
    yield f"::stop-commands::{token}"
    yield from (github.harmless(line) for line in _findings(report))
    yield f"::{token}::"
    yield from github.text(report).splitlines()


def _findings(report: Report) -> Iterator[str]:
    for result in report.submissions:
        for line in text.feedback(result):
            yield from line.splitlines() or [""]
        yield from parts.remarks(report, result)


def add_summary(summary: Path, report: Report) -> None:
    """Add the report to a summary; raises OSError. What would make it too large to be shown is left out."""
    made = markdown.text(parts.cleaned(report))
    there = summary.stat().st_size if summary.exists() else 0
    if there + len(made.encode()) > SUMMARY_BYTES:
        made = "_The summary of this step is full; the findings are in its log._\n"
    with summary.open("a", encoding="utf-8", newline="\n") as file:
        file.write(made)
