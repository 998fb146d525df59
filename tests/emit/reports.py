"""Reports with every status and every hostile text, for the tests of all formats."""

import dataclasses
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from grader.report import Item, ItemStatus, Location, Report, Result

HOSTILE = (
    "\x00\x07\x1b[31mred\x1b[0m\x7f\x85",
    "]]>",
    "::error::x",
    "  ::set-output name=a::b",
    "##[error]x",
    "%0A::error::x",
    "\r\n::add-mask::x",
    "=cmd('/C calc')!A0",
    "@everyone",
    "+1",
    "-2",
    "</pre></title><script>alert(1)</script>",
    "\u202eabc\u2066",
    "\u2028::error::x",
    "```\n# heading",
    "````````text\n<img src=x onerror=alert(1)>\n````````",
    "| a | b |\n|--|--|",
    "\\|",
    "\\",
    "`x`y``",
    "*a* _b_ ~~c~~ [d](http://x.org) ![e](http://x.org/e.png) www.x.org http://x.org f@x.org",
    "&#27;&amp;&lt;",
    "\ud800\ufffe\uffff",
    "A" * 4096,
    "Bail out! now",
    "ok 1 - x # SKIP",
    "1..0",
    "  ...\nnot ok 2",
    "../../etc/passwd",
    "Zoë Ω",
    "a,b;c\"d'",
    "{title} {0} %s",
    "",
    " ",
)

hostile = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=30), st.lists(st.sampled_from(HOSTILE)).map(" ".join))
some_points = st.sampled_from([0.0, 0.25, 1.0, 2.5, 1 / 3, 100.0])


@st.composite
def items(draw: st.DrawFn) -> Item:
    statuses: tuple[ItemStatus, ...] = ("passed", "failed", "skipped", "unjudged", "manual")
    status = draw(st.sampled_from(statuses))
    most = draw(some_points)
    optional = st.none() | hostile
    return Item(
        draw(hostile),
        None if status == "manual" else draw(hostile),
        draw(hostile),
        status,
        most if status == "passed" else draw(st.sampled_from([0.0, most / 2])) if status == "failed" else 0.0,
        most,
        None if status == "passed" else draw(optional),
        draw(optional),
        draw(optional) if status == "failed" else None,
        draw(st.booleans()),
    )


@st.composite
def results(draw: st.DrawFn) -> Result:
    made = tuple(draw(st.lists(items(), max_size=4)))
    status = "unjudged" if any(i.status == "unjudged" for i in made) else draw(
        st.sampled_from(["judged", "judged", "unreadable", "refused"])
    )  # fmt: skip
    judged = [item for item in made if item.status != "manual"]
    places = st.builds(Location, st.integers(1, 999), st.none() | hostile)
    return Result(
        draw(hostile),
        draw(hostile),
        draw(hostile),
        None if status == "refused" else "ab" * 32,
        status,  # type: ignore[arg-type]
        tuple(draw(st.lists(hostile, max_size=2))),
        "jail",
        None if status == "unjudged" else round(sum(item.points for item in judged), 6),
        sum(item.max_points for item in judged),
        draw(st.sampled_from([0.0, 0.0304])),
        made,
        {item.function: draw(places) for item in made if item.function and draw(st.booleans())},
    )


def reports(*, most: int = 3, least: int = 0) -> st.SearchStrategy[Report]:
    """Reports of that many submissions."""
    return st.builds(
        Report,
        grader=st.just("0.1.0"),
        numpy=st.just("2.0"),
        assignment=hostile,
        seed_id=st.none() | st.just("2026a"),
        checks_version=st.just("abc"),
        submissions=st.lists(results(), min_size=least, max_size=most).map(tuple),
    )


LAW = settings(max_examples=20, deadline=None)
"""Beside random reports each law is tried on every hostile text in every field, see below."""


def _spoilt(*texts: str) -> Result:
    """A submission every field of which holds the first text where a stranger's can be, with claims about each."""
    text = texts[0]
    made = [Item(one, one, one, "failed", 0.5, 1.0, one, one, one) for one in texts]
    made += [Item(text, text, text, "skipped", 0.0, 1.0, text, text), Item(text, None, text, "manual", 0.0, 2.0)]
    judged = 0.5 * len(texts), len(texts) + 1.0
    places = {one: Location(3, one or None) for one in texts}
    return Result(text, text, text, "ab" * 32, "judged", (text,), "jail", *judged, 0.03, tuple(made), places)


EVERYBODY = Report("0.1.0", "2.0", HOSTILE[0], "2026a", "abc", tuple(map(_spoilt, HOSTILE)))
"""A class in which each hostile text is a student, an assignment, a file, a finding …"""

EVERYTHING = Report("0.1.0", "2.0", HOSTILE[0], None, "abc", (_spoilt(*HOSTILE),))
"""One submission whose claims are each hostile text in turn."""

PREDICT = Item("predict", "predict", "`predict` is X w + b.", "passed", 1.0, 1.0)
GRADIENT = Item(
    "loss_gradient",
    "loss_gradient",
    "`loss_gradient` is the derivative of the loss.",
    "failed",
    1.0,
    2.0,
    "Summed, not averaged.",
    "Divide by the rows of X.",
    "sum for mean",
)
STEP = Item("sgd_step", "sgd_step", "`sgd_step` goes downhill.", "skipped", 0.0, 2.0, "sgd_step is not written yet.")
TEXT = Item("interpretation", None, "A written answer, graded by a person.", "manual", 0.0, 3.0)
LOST = Item("lost", "lost", "`lost` is lost.", "unjudged", 0.0, 2.0, "The machine failed: no memory.")


def ada(*items: Item, **changed: Any) -> Result:
    """The example of docs/formats.md: 2 of 5 judged points and 3 by hand."""
    made = Result(
        "ada",
        "regression",
        "ada/regression.py",
        "ab" * 32,
        "judged",
        (),
        "jail",
        2.0,
        5.0,
        0.0304,
        items or (PREDICT, GRADIENT, STEP, TEXT),
        {"loss_gradient": Location(12), "sgd_step": Location(20)},
    )
    return dataclasses.replace(made, **changed)


def lost(**changed: Any) -> Result:
    """An unjudged submission, one claim of which holds: 77.5 points that nobody may read anywhere."""
    held = dataclasses.replace(PREDICT, points=77.5, max_points=78.5)
    return ada(held, LOST, TEXT, **({"student": "bao", "status": "unjudged", "points": None} | changed))


def report(*results: Result, **changed: Any) -> Report:
    made = Report("0.1.0", "2.0", "regression", "2026a", "abc", results)
    return dataclasses.replace(made, **changed)


def in_a_notebook(result: Result) -> Result:
    return dataclasses.replace(
        result, file="ada/regression.ipynb", locations={"loss_gradient": Location(3, "cell 5")}
    )  # fmt: skip
