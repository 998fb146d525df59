"""A function's claims as a piece of HTML for a notebook's output.  In: items.  Out: text, self-contained.

No script, no external resource, no colour alone as a sign; readable on light and dark pages, since it inherits both.
"""

import html
from collections.abc import Sequence

from grader.report import Item

_MARKS = {
    "passed": ("✓", "holds"),
    "failed": ("✗", "does not hold"),
    "skipped": ("–", "not written yet"),
    "unjudged": ("?", "not judged"),
    "manual": ("…", "graded by a person"),
}
_STYLE = (
    "border:1px solid rgba(128,128,128,.45);border-radius:6px;padding:.6em .9em;margin:.3em 0;max-width:56em;"
    "font-family:system-ui,sans-serif;font-size:.95em;line-height:1.45"
)
_PRE = (
    "white-space:pre-wrap;margin:.4em 0;padding:.4em .6em;background:rgba(128,128,128,.13);border-radius:4px;"
    "font-family:monospace"
)


def claims(title: str, items: Sequence[Item], *, note: str = "", scored: bool = True) -> str:
    """The claims of one function or of a whole assignment, the first failing one opened.

    `scored=False` shows no points: a part of a submission that is not judged as a whole.
    """
    first = next((item.id for item in items if item.status in {"failed", "unjudged"}), None)
    rows = "".join(_claim(item, opened=item.id == first, scored=scored) for item in items)
    foot = f'<div style="opacity:.75;margin-top:.4em">{html.escape(note)}</div>' if note else ""
    head = f"<div><strong>{html.escape(title)}</strong>: {_sum(items, scored=scored)}</div>"
    return f'<div style="{_STYLE}">{head}{rows}{foot}</div>'


def _sum(items: Sequence[Item], *, scored: bool) -> str:
    """The points of what is judged; where something is unjudged no number would be true."""
    judged = [item for item in items if item.status != "manual"]
    if not judged:
        return f"up to {number(sum(item.max_points for item in items))} points, by hand"
    if not scored or any(item.status == "unjudged" for item in items):
        return "not judged"
    return f"{number(sum(i.points for i in judged))} of {number(sum(i.max_points for i in judged))} points"


def _claim(item: Item, *, opened: bool, scored: bool) -> str:
    mark, word = _MARKS[item.status]
    if item.status == "manual":
        word += f", up to {number(item.max_points)}"
    elif item.status != "unjudged" and scored:
        word += f", {number(item.points)} of {number(item.max_points)}"
    head = (
        f'<span aria-hidden="true" style="display:inline-block;width:1.3em;font-weight:bold">{mark}</span>'
        f"{_code(item.claim)} <em>({word})</em>"
    )
    finding = told(item)
    if finding is None:
        return f'<div style="margin:.25em 0">{head}</div>'
    hint = f"<div><strong>Try:</strong> {html.escape(item.hint)}</div>" if item.hint else ""
    body = f'<pre style="{_PRE}">{html.escape(finding)}</pre>{hint}'
    return (
        f'<details style="margin:.25em 0"{" open" if opened else ""}><summary style="cursor:pointer">{head}</summary>'
        f'<div style="margin:.2em 0 .5em 1.3em">{body}</div></details>'
    )


def _code(claim: str) -> str:
    """A claim with its `code` marked."""
    parts = html.escape(claim).split("`")
    return "".join(f"<code>{part}</code>" if i % 2 else part for i, part in enumerate(parts))


def number(value: float) -> str:
    """Points: six decimals, which is what totals are rounded to, and none that is needless."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


def told(item: Item) -> str | None:
    """The finding, where it says more than the status: another function that is not written, a cell that stopped."""
    return None if item.finding == f"{item.function} is not written yet." else item.finding
