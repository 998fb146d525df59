"""A class as one page.  In: an `Overview`.  Out: HTML that needs no server, no network and no script to be read.

Whatever a stranger wrote is escaped by the template; the page's own style and script are the only ones that a browser
runs in it, by their digests.
"""

import base64
import hashlib
from collections.abc import Iterator
from datetime import datetime
from importlib.resources import files
from itertools import groupby

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from grader.emit.html import number
from grader.overview import Overview
from grader.overview.analysis import FEWEST, chance_level
from grader.overview.figures import by_function, sentence, state
from grader.report import Item, Result

FULL_TEXT = 3_000_000
"""Characters of findings that a page tells in full; 16 students and six assignments have 50 000. Above, each is told by
its sentence alone, so that the page of 5000 students opens as fast as it should."""


def page(overview: Overview) -> str:
    """The page."""
    environment = Environment(
        loader=FunctionLoader(_text),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(number=_number, when=when, code=code, cells=cells, briefly=briefly, percent=percent)
    style, script = _text("style.css"), _text("script.js")
    return environment.get_template("page.html.jinja").render(
        overview=overview,
        at={student.name: place for place, student in enumerate(overview.students)},
        in_full=_letters(overview) <= FULL_TEXT,
        by_function=by_function,
        state=state,
        told=told,
        sentence=sentence,
        chance_level=chance_level,
        fewest=FEWEST,
        style=Markup(style),  # noqa: S704 - our own files
        script=Markup(script),  # noqa: S704
        policy=f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; base-uri 'none'; "
        "form-action 'none'",
    )


def _text(name: str) -> str:
    return files(__name__).joinpath(name).read_text("utf-8")


def _digest(text: str) -> str:
    """How a page's policy names a piece of text that may act in it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _letters(overview: Overview) -> int:
    results = (one.result for student in overview.students for one in student.standings.values())
    return sum(len(item.finding or "") for result in results for item in told(result))


def told(result: Result) -> Iterator[Item]:
    """The items to show to a person: what is not right, a mistake of a function once."""
    open_items = [item for item in result.items if item.status in {"failed", "skipped", "unjudged"}]
    for (_, status), group in groupby(open_items, key=lambda item: (item.function, item.status)):
        items = list(group)
        if status == "failed":
            yield from {(item.mistake or item.finding or item.id): item for item in reversed(items)}.values()
        else:
            yield items[0]


STATES = {"full": "f", "part": "p", "wrong": "w", "unwritten": "u", "unjudged": "j"}


def cells(result: Result) -> Markup:
    """A small bar a function, its height and colour by how it stands. For the eye: the numbers say it as well."""
    bars = "".join(f"<i class={STATES[state(items)]}></i>" for items in by_function(result).values())
    return Markup(f"<span class=bars aria-hidden=true>{bars}</span>")  # noqa: S704 - letters of ours


def briefly(result: Result) -> Markup:
    """A result in a line, for a page of thousands of them."""
    said = "; ".join(f"{item.function}: {item.mistake or _shortly(item)}" for item in told(result))
    points = "unjudged" if result.points is None else f"{_number(result.points)} of {_number(result.max_points)}"
    return Markup("<b>{}</b> {}. {}").format(result.assignment, points, said)


def _shortly(item: Item) -> str:
    if item.status == "skipped":
        return "not written"
    said = sentence(item)
    return said if len(said) <= BRIEF else f"{said[: BRIEF - 1]}…"


BRIEF = 80
"""Characters of a sentence in a page of thousands; the table of mistakes has it whole."""


def code(text: str) -> Markup:
    """A claim with its `code` marked."""
    parts = str(escape(text)).split("`")
    return Markup("".join(f"<code>{part}</code>" if i % 2 else part for i, part in enumerate(parts)))  # noqa: S704


def when(time: datetime | None) -> str:
    """A time for people, in UTC, since who reads the page may be anywhere."""
    return time.strftime("%-d %b %Y, %H:%M UTC") if time else ""


def percent(share: float | None) -> str:
    """A share without decimals: a class has no more."""
    return "–" if share is None else f"{share:.0%}"


def _number(value: float | None) -> str:
    return "–" if value is None else number(round(value, 2))
