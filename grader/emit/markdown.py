"""GitHub-flavoured Markdown: a job's summary, a comment.  In: a report.  Out: text.

One submission is shown in full, several as a table. What comes from a student stands in a fence longer than any run of
backticks in it, or in `<code>` with every sign as an entity: there it is no Markdown, no tag, no link and no @mention.
"""

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import PurePath

from grader.emit.html import number
from grader.emit.parts import message, remarks, repeated, share, standing, who
from grader.report import Item, Report, Result

LARGEST = 900_000
"""Bytes. GitHub shows no summary of a step above 1 MiB, and another tool of the step may write some too."""

_MARKS = {"passed": "✅", "failed": "❌", "skipped": "⬜", "unjudged": "⚠️", "manual": "✍️"}
_WORDS = {"passed": "", "failed": "", "skipped": "not written", "unjudged": "not judged", "manual": "by hand"}


def text(report: Report) -> str:
    """The report; of one that is too large the beginning, and a sentence that says so."""
    one = len(report.submissions) == 1
    blocks = _submission(report.submissions[0]) if one else _class(report)
    known = dict.fromkeys(remark for result in report.submissions for remark in remarks(report, result))
    return "\n\n".join(_bounded(itertools.chain(blocks, (f"_{remark}_" for remark in known)))) + "\n"


def _bounded(blocks: Iterable[str]) -> Iterator[str]:
    size = 0
    for block in blocks:
        size += len(block.encode()) + 2
        if size > LARGEST:
            yield "_The report goes on: what is too long for this page is in its JSON form (`--json`)._"
            return
        yield block


def _submission(result: Result) -> Iterator[str]:
    yield f"### {', '.join(map(code, who(result)))}: {standing(result)}"
    if result.notices:
        yield "\n".join(f"- {code(notice)}" for notice in result.notices)
    rows = [f"| {_MARKS[item.status]} | {_points(result, item)} | {claim(item)} |" for item in result.items]
    yield "\n".join(["| | points | claim |", "|:-:|--:|:--|", *rows])
    again = repeated(result.items)
    for item in result.items:
        if item.status in {"failed", "unjudged"} and item.id not in again:
            yield _finding(result, item)


def _points(result: Result, item: Item) -> str:
    if item.status == "manual":
        return f"up to {number(item.max_points)}, by hand"
    said = "" if result.points is None else share(result, item).removesuffix(" points")
    return ", ".join(filter(None, [said, _WORDS[item.status]]))


def _finding(result: Result, item: Item) -> str:
    location = result.location(item)
    in_file = "" if location is None or location.cell else f"{code(PurePath(result.file).name)}, "
    at = f" ({in_file}{_entities(str(location))})" if location else ""
    return f"**{code(item.function or item.id)}**{at}: {claim(item)}\n\n{fenced(message(item))}"


def _class(report: Report) -> Iterator[str]:
    count = len(report.submissions)
    yield f"### {code(report.assignment)}: {count} submission{'' if count == 1 else 's'}"
    mistakes: Mistakes = Counter(
        pair for result in report.submissions for pair in {(i.function, i.mistake) for i in result.items if i.mistake}
    )
    if mistakes:
        lines = [f"| {n} | {code(function or '')} | {code(name or '')} |" for (function, name), n in _ordered(mistakes)]
        yield "\n".join(["| students | function | mistake |", "|--:|:--|:--|", *lines[:10]])
    for start in range(0, count, 500):  # several tables: of a class that is too large for the page the first ones stay
        rows = map(_row, report.submissions[start : start + 500])
        yield "\n".join(["| student | points | |", "|:--|--:|:--|", *rows])


Mistakes = Counter[tuple[str | None, str | None]]


def _ordered(mistakes: Mistakes) -> list[tuple[tuple[str | None, str | None], int]]:
    return sorted(mistakes.items(), key=lambda pair: (-pair[1], str(pair[0])))


def _row(result: Result) -> str:
    points = "" if result.points is None else f"{number(result.points)} of {number(result.max_points)}"
    remark = "" if result.status == "judged" else result.status
    why = f": {code(result.notices[-1])}" if remark and result.notices else ""
    return f"| {code(result.student)} | {points} | {remark}{why} |"


def claim(item: Item) -> str:
    """A claim, with its `code` as code."""
    parts = " ".join(item.claim.split()).split("`")
    return "".join(code(part) if i % 2 else _entities(part) for i, part in enumerate(parts) if part)


def code(text: str) -> str:
    """A text as code on one line, whatever is in it."""
    return f"<code>{_entities(' '.join(text.split()))}</code>"


def fenced(text: str) -> str:
    """A text of several lines, as it is."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def _entities(text: str) -> str:
    """Letters, digits and dull signs stay; any other sign of ASCII could mean something to somebody's Markdown.

    A full stop or a colon is dull at the end of a word; within one it may be a link's.
    """
    return re.sub(r"[^\w ,;()/+=%?.:\x80-\U0010ffff-]|_|[.:](?=\S)", _entity, text)


def _entity(match: re.Match[str]) -> str:
    """An `@` stands in an element of its own: as an entity it would still make a mention or a mail's address a link."""
    return "<span>&#64;</span>" if match[0] == "@" else f"&#{ord(match[0])};"
