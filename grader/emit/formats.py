"""The formats by name, and which files they make.  In: a report, a name, a path.  Out: texts and where they belong.

A format of reports holds a class; a format of submissions holds one student, so of a class it makes a folder.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from grader.emit import (
    check50,
    ctrf,
    feedback_page,
    github,
    gitlab,
    gradebook_csv,
    gradescope,
    json,
    junit,
    markdown,
    parts,
    prairielearn,
    tap,
)
from grader.report import Report


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write a report."""

    text: Callable[[Report], str | None]
    """None where nothing is to be written, since a file would state a number that is not true."""
    suffix: str
    holds: Literal["report", "submission"] = "report"
    left_out: Callable[[Report], Iterator[str]] = lambda _: iter(())
    """Sentences about what the format cannot hold."""


FORMATS: Mapping[str, Format] = {
    "json": Format(json.text, ".json"),
    "junit": Format(junit.text, ".xml"),
    "github": Format(github.text, ".txt"),
    "gitlab": Format(gitlab.text, ".json"),
    "gradescope": Format(gradescope.text, ".json", "submission"),
    "prairielearn": Format(prairielearn.text, ".json", "submission"),
    "canvas": Format(gradebook_csv.canvas, ".csv", left_out=gradebook_csv.left_out),
    "moodle": Format(gradebook_csv.moodle, ".csv", left_out=gradebook_csv.left_out),
    "markdown": Format(markdown.text, ".md"),
    "html": Format(feedback_page.text, ".html", "submission"),
    "ctrf": Format(ctrf.text, ".json"),
    "tap": Format(tap.text, ".tap", "submission"),
    "check50": Format(check50.text, ".json", "submission"),
}


@dataclass(frozen=True, slots=True)
class File:
    """A text and where it belongs; without a text there is nothing to write, and the sentence says why."""

    path: Path
    text: str | None
    sentence: str = ""
    expected: bool = True
    """False where a person has to do something about it."""


def text(name: str, report: Report) -> str | None:
    """A report in one format; one of submissions takes a report of one."""
    return FORMATS[name].text(parts.cleaned(report))


STDOUT = Path("-")


def files(name: str, report: Report, path: Path) -> Iterator[File]:
    """What a format makes of a report, in one file; a format of submissions takes the report of one."""
    form, report = FORMATS[name], parts.cleaned(report)
    yield _file(form, report, path)
    for sentence in form.left_out(report):
        yield File(path, None, sentence, expected=False)


def target(name: str, path: Path, assignment: str, stem: str, *, many: bool) -> Path:
    """Where a format goes that was asked for with `path`: a class may need a folder, several assignments do."""
    form = FORMATS[name]
    if form.holds == "report":
        return path / f"{assignment}{form.suffix}" if many else path
    return (path / assignment if many else path) / f"{stem}{form.suffix}"


def _file(form: Format, report: Report, path: Path) -> File:
    made = form.text(report)
    if made is not None:
        return File(path, made)
    names = ", ".join(result.student for result in report.submissions)
    old = f" What is in {path} is from before." if path.is_file() else ""
    return File(path, None, f"{names} is not judged, so nothing is written to {path}.{old}")


def file_names(students: Sequence[str]) -> list[str]:
    """A file's name a student, distinct, without path or sign; the student's own where it is such a name."""
    taken: set[str] = set()
    made = []
    for student in students:
        name = student
        if not _PLAIN.fullmatch(name) or name.casefold() in taken:
            digest = hashlib.sha256(student.encode("utf-8", "replace")).hexdigest()[:8]
            name = f"{re.sub(r'[^A-Za-z0-9_.-]+', '_', student).strip('._-')[:60]}-{digest}".lstrip("-")
        taken.add(name.casefold())
        made.append(name)
    return made


_PLAIN = re.compile(r"\w(?:[\w.-]{0,46}[\w-])?")
"""At most 48 characters of up to four bytes: a file system takes 255 bytes, and the suffix and what is written beside
need some."""
