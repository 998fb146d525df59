"""GitHub's workflow commands: annotations on the student's lines.  In: a report.  Out: lines for stdout.

A step shows ten errors, ten warnings and ten notices; the rest is in the summary (`markdown`). A notebook's lines are
those of its JSON, which nobody sees, so a notebook's finding names cell and line in words.
"""

from collections.abc import Iterator

from grader.emit.html import number
from grader.emit.parts import message, remarks, repeated, sentence, standing, where, who
from grader.report import Item, Report, Result

MOST = 9
"""Of each kind: a step shows ten, and one notice may be about how it was judged."""

LONGEST = 4096
"""Characters of a message that the runner keeps."""

_KINDS = {"failed": "error", "unjudged": "error", "skipped": "warning", "manual": "notice"}


def text(report: Report) -> str:
    """The annotations of each submission, in a group of its own; failures first."""
    return "".join(f"{line}\n" for result in report.submissions for line in _group(report, result))


def _group(report: Report, result: Result) -> Iterator[str]:
    title = f"{', '.join(who(result))}: {standing(result)}"
    yield f"::group::{_data(title)}"
    yield from (f"::notice title=How it was judged::{_data(remark)}" for remark in remarks(report, result))
    again = repeated(result.items)
    for kind in ("error", "warning", "notice"):
        items = [item for item in result.items if _KINDS.get(item.status) == kind and item.id not in again]
        yield from (_annotation(kind, result, item) for item in items[:MOST])
    yield "::endgroup::"


def _annotation(kind: str, result: Result, item: Item) -> str:
    location = result.location(item)
    properties = {"title": _title(result, item)}
    if location and not location.cell:
        properties = {"file": result.file, "line": str(location.line)} | properties
    said = [sentence(item), message(item)] if item.status != "manual" else [sentence(item)]
    if location and location.cell:
        said.insert(0, f"{where(result, item)}:")
    told = harmless("\n".join(said))
    kept = told if len(told) <= LONGEST else told[: LONGEST - 1] + "…"
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items() if value)
    return f"::{kind} {given}::{_data(kept)}"


def _title(result: Result, item: Item) -> str:
    name = item.function or item.id
    if item.status == "manual":
        return f"{name}: up to {number(item.max_points)}, by hand"
    if result.points is None:
        return f"{name}: not judged" if item.status == "unjudged" else name
    return f"{name}: {number(item.points)} of {number(item.max_points)}"


def _data(value: str) -> str:
    return harmless(value).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


def harmless(value: str) -> str:
    """Without the older form of a command, `##[error]`, which the runner looks for anywhere in a line."""
    return value.replace("##[", "## [")
