"""Findings as plain text.  In: items.  Out: lines for a terminal, a log or a notebook without HTML."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePath

from grader.emit.html import number, told
from grader.report import Item, Result

_WORDS = {"passed": "ok", "failed": "FAILED", "skipped": "not written", "unjudged": "NOT JUDGED", "manual": "by hand"}


def claims(items: Sequence[Item], *, passed: bool = True, where: Callable[[Item], str] | None = None) -> Iterator[str]:
    """One block a claim; `passed=False` leaves out what is right, `where` says where a finding's function stands."""
    before: set[object] = set()
    for item in items:
        if item.status == "passed" and not passed and not item.followed_through:
            continue
        points = _points(item)
        word = "not run" if item.status == "skipped" and told(item) else _WORDS[item.status]
        yield f"{word:>11}  {points:>12}  {item.claim.replace('`', '')}"
        finding = told(item)
        named = (item.function, item.mistake)  # two functions may have mistakes of one name
        if item.mistake and named in before:
            yield f"{'':>27}The same mistake as above: {item.mistake}."
            continue
        before.add(named)
        if finding and finding not in before:
            before.add(finding)
            if at := where(item) if where and item.status in {"failed", "unjudged"} else "":
                yield f"{'':>27}{at}:"
            yield from (f"{'':>27}{line}" for line in finding.splitlines())
            if item.hint:
                yield f"{'':>27}Try: {item.hint}"
        if item.formulas and item.status == "failed":
            yield from (f"{'':>27}{formula.text}" for formula in item.formulas)


def _points(item: Item) -> str:
    if item.status == "unjudged":
        return ""  # no number would be true
    if item.status == "manual":
        return f"up to {number(item.max_points)}"
    return f"{number(item.points)} of {number(item.max_points)}"


def feedback(result: Result) -> Iterator[str]:
    """One submission in full."""
    points = "not judged" if result.points is None else f"{number(result.points)} of {number(result.max_points)} points"
    who = "" if result.student == result.assignment else f"{result.student}, "
    yield f"{who}{result.assignment}: {points}"
    yield from (f"    note: {notice}" for notice in result.notices)
    for function, group in itertools.groupby(result.items, key=lambda item: item.function):
        items = list(group)
        if function and len(items) > 1 and all(item.status == "passed" and not item.finding for item in items):
            full = number(sum(item.points for item in items))
            share = f"{full} of {full}"
            yield f"{_WORDS['passed']:>11}  {share:>12}  {function}: all {len(items)} claims hold."
        else:
            yield from claims(items, where=lambda item: _where(result, item))


def _where(result: Result, item: Item) -> str:
    """`linear.py:12`, which editors and terminals open, or `cell 5, line 3`."""
    location = result.location(item)
    if location is None:
        return ""
    return str(location) if location.cell else f"{PurePath(result.file).name}:{location.line}"
