"""Claims as a piece of HTML for a notebook's output.  In: items.  Out: text, self-contained.

No script, no style sheet, no external resource, no colour alone as a sign. It is read on light and dark pages of
JupyterLab, VS Code, nbconvert and nbgrader, whose colours differ and do not follow the system's: so it takes the text
colour of the page around it, grounds are a translucent grey, and the few colours of its own, JupyterLab's where it
has them, are of a middle brightness that keeps its contrast on both. What a stranger wrote stands in `<pre>`, where no
page typesets it; of a formula there is LaTeX, which JupyterLab and nbconvert typeset and VS Code does not, and a line
of code that says the same.
"""

import html
import itertools
from collections.abc import Sequence

from grader.emit import svg
from grader.picture import Formula, Picture
from grader.report import Item

_MARKS = {
    "passed": ("✓", "holds", "var(--jp-success-color1,#2f9150)"),
    "failed": ("✗", "does not hold", "var(--jp-error-color1,#d9480f)"),
    "skipped": ("–", "not written yet", "inherit"),
    "unjudged": ("?", "not judged", "inherit"),
    "manual": ("…", "graded by a person", "inherit"),
}
_GREY = "rgba(128,128,128,.13)"
_PAGE = (
    "border:1px solid rgba(128,128,128,.45);border-radius:6px;padding:.6em .9em;margin:.3em 0;max-width:62em;"
    "font-family:system-ui,sans-serif;font-size:.95em;line-height:1.45;color:inherit"
)
_PRE = (
    "white-space:pre-wrap;word-break:normal;overflow-wrap:anywhere;margin:.4em 0;padding:.4em .6em;border-radius:4px;"
    f"background:{_GREY};color:inherit;font-family:monospace"
)
_TRY = "margin:.4em 0;padding:.3em .6em;border-left:3px solid var(--jp-brand-color1,#2b7bd0)"
_SPOKEN = "One sample's derivative, by SymPy; your gradient is its mean over the samples:"


def claims(title: str, items: Sequence[Item], *, note: str = "", scored: bool = True) -> str:
    """The claims of one function or of a whole assignment, the first failing one opened.

    `scored=False` shows no points: a part of a submission that is not judged as a whole.
    """
    first = next((item.id for item in items if item.status in {"failed", "unjudged"}), None)
    groups = [(function, list(group)) for function, group in itertools.groupby(items, key=lambda item: item.function)]
    if len(groups) == 1:
        body = "".join(_claim(item, opened=item.id == first, scored=scored) for item in items)
    else:
        body = "".join(_function(function, group, first, scored=scored) for function, group in groups)
    foot = f'<div style="opacity:.8;margin-top:.5em">{html.escape(note)}</div>' if note else ""
    return f'<div style="{_PAGE}">{_head(title, items, scored=scored)}{body}{foot}</div>'


def _head(title: str, items: Sequence[Item], *, scored: bool) -> str:
    judged = [item for item in items if item.status != "manual"]
    count = f" ({_held(judged)})" if judged else ""
    left = left_over(items) if scored else ""
    todo = f'<div style="margin:.2em 0">Left: {html.escape(left)}.</div>' if left else ""
    return (
        f'<div style="margin-bottom:.3em"><strong style="font-size:1.1em">{html.escape(title)}</strong>: '
        f"<strong>{_sum(items, scored=scored)}</strong>{count}{todo}</div>"
    )


def _sum(items: Sequence[Item], *, scored: bool) -> str:
    """The points of what is judged; where something is unjudged no number would be true."""
    judged = [item for item in items if item.status != "manual"]
    if not judged:
        return f"up to {number(sum(item.max_points for item in items))} points, by hand"
    if not scored or any(item.status == "unjudged" for item in items):
        return "not judged"
    return f"{points(judged)} points"


def _held(items: Sequence[Item]) -> str:
    return f"{sum(item.status == 'passed' for item in items)} of {len(items)} claims hold"


def points(items: Sequence[Item]) -> str:
    """How many of how many points."""
    return f"{number(sum(item.points for item in items))} of {number(sum(item.max_points for item in items))}"


def left_over(items: Sequence[Item]) -> str:
    """What is left to do, function by function; empty where all is right, or where it is about one function only."""
    groups = [(function, list(group)) for function, group in itertools.groupby(items, key=lambda item: item.function)]
    if len(groups) < 2:
        return ""
    left = []
    for function, group in groups:
        missing = number(sum(item.max_points - item.points for item in group))
        if function is None:
            left.append(f"a written answer, up to {missing}, by a person")
        elif all(item.status == "skipped" for item in group):
            left.append(f"{function}, not written yet, {missing}")
        elif missing != "0":
            left.append(f"{function} {missing}")
    return "; ".join(left)


def _function(function: str | None, items: Sequence[Item], first: str | None, *, scored: bool) -> str:
    """The claims of one function in a page of several; opened where the first failing one is among them."""
    if function is None:
        return "".join(_claim(item, opened=False, scored=scored) for item in items)
    statuses = {item.status for item in items}
    worst = next(status for status in ("unjudged", "failed", "skipped", "passed") if status in statuses)
    opened = any(item.id == first for item in items)
    words = "not written yet" if statuses == {"skipped"} else _held(items)
    head = f"{_mark(worst)}<code>{html.escape(function)}</code> <em>({words}, {_sum(items, scored=scored)})</em>"
    rows = "".join(_claim(item, opened=item.id == first, scored=scored) for item in items)
    return _details(head, rows, opened=opened)


def _claim(item: Item, *, opened: bool, scored: bool) -> str:
    word = _MARKS[item.status][1]
    if item.status == "manual":
        word += f", up to {number(item.max_points)}"
    elif item.status != "unjudged" and scored:
        word += f", {points([item])}"
    head = f"{_mark(item.status)}{_code(item.claim)} <em>({word})</em>"
    shown = "".join([_said(item), _formulas(item.formulas), _picture(item.picture)])
    return _details(head, shown, opened=opened) if shown else f'<div style="margin:.25em 0 .25em 1em">{head}</div>'


def _details(head: str, body: str, *, opened: bool) -> str:
    return (
        f'<details style="margin:.25em 0"{" open" if opened else ""}><summary style="cursor:pointer">{head}</summary>'
        f'<div style="margin:.2em 0 .6em 1.9em">{body}</div></details>'
    )


def _mark(status: str) -> str:
    """The sign alone; whoever calls says the word beside it."""
    sign, _, colour = _MARKS[status]
    style = f"display:inline-block;width:1.3em;font-weight:bold;color:{colour}"
    return f'<span aria-hidden="true" style="{style}">{sign}</span>'


def _said(item: Item) -> str:
    finding = told(item)
    if finding is None:
        return ""
    hint = f'<div style="{_TRY}"><strong>Try:</strong> {html.escape(item.hint)}</div>' if item.hint else ""
    return f'<pre style="{_PRE}">{html.escape(finding)}</pre>{hint}'


def _formulas(formulas: Sequence[Formula]) -> str:
    if not formulas:
        return ""
    typeset = "".join(
        f'<div style="margin:.35em 0;overflow-x:auto">$\\displaystyle {html.escape(f.latex)}$</div>' for f in formulas
    )
    plain = "\n".join(html.escape(f.text) for f in formulas)
    return f'<div style="margin:.4em 0">{_SPOKEN}{typeset}<pre style="{_PRE}">{plain}</pre></div>'


def _picture(picture: Picture | None) -> str:
    if picture is None:
        return ""
    caption = f"<figcaption>{html.escape(picture.title)}</figcaption>"
    return f'<figure style="margin:.5em 0">{caption}{svg.picture(picture)}</figure>'


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
