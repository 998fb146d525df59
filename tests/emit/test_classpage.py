"""A class's page: whole, self-contained, escaped, bounded; read here without a browser."""

import base64
import dataclasses
import hashlib
import re
import time
from collections import Counter
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Any

import pytest
from synthetic import a_class, report, result, unjudged

from grader.emit import classpage
from grader.emit.classpage import page
from grader.history import of_reports
from grader.overview import overview
from grader.report import Item, Result, clean

NASTY = "</style></script></pre><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}{% raw %}&amp;'\"`"
VOID = {"meta", "br", "input", "rect", "line"}
OPTIONAL = {"tr", "td", "th", "p", "li", "thead", "tbody"}
"""Whose end HTML lets one leave out, as the page of thousands does."""


class Page(HTMLParser):
    """Reads a page, and holds it to what holds for every one."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text, self.tags, self.open = "", Counter[str](), list[str]()
        self.ids, self.links, self.attributes = Counter[str](), list[str](), list[tuple[str, str, str | None]]()
        self.feed(text)
        self.close()
        assert self.open in ([], ["html"])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value) for name, value in attrs]
        given = dict(attrs)
        self.ids.update(filter(None, [given.get("id")]))
        self.links += filter(None, [given.get("href")])
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open[-1] != tag and self.open[-1] in OPTIONAL:
            self.open.pop()
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def of(*runs: Sequence[Result]) -> Page:
    return Page(page(overview(of_reports(report(run) for run in runs))))


def test_a_class_is_on_it_once_and_every_link_leads_somewhere() -> None:
    made = of(a_class(30))
    assert set(made.ids.values()) == {1}
    assert {link.removeprefix("#") for link in made.links} <= set(made.ids)
    assert made.tags["details"] >= 30
    assert made.tags["h1"] == 1
    for number in range(30):
        assert f"student_{number:04}" in made.text


def test_it_loads_nothing_and_lets_nothing_act_but_its_own_script_and_style() -> None:
    text = page(overview(of_reports([report(a_class(12))])))
    made = Page(text)
    assert not re.search(r"(?:https?:)?//", text.replace("http://www.w3.org", "").split("<script>")[0])
    assert not {(tag, name) for tag, name, _ in made.attributes if name.startswith("on") or name in {"src", "style"}}
    (policy,) = (value for _, name, value in made.attributes if name == "content" and value and "default-src" in value)
    for tag in ("style", "script"):
        (inner,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert base64.b64encode(hashlib.sha256(inner.encode()).digest()).decode() in policy
    assert policy.startswith("default-src 'none'")


@pytest.mark.parametrize(
    "name", ["=cmd|' /C calc'!A0", "../../etc/passwd", NASTY, "a" * 4096, "\u202eevil", "-1+1", " "]
)
def test_a_name_is_text_and_nothing_else(name: str) -> None:
    plain = of([result("ada"), result("bao", [False] * 4)])
    made = of([result(clean(name, 200)), result("bao", [False] * 4)])
    assert made.tags == plain.tags
    assert clean(name, 200) in made.text


def test_text_of_a_stranger_is_text_in_every_field() -> None:
    item = Item(NASTY, NASTY, NASTY, "failed", 0.0, 2.0, NASTY, NASTY, NASTY)
    fields: dict[str, Any] = {"notices": (NASTY,), "isolation": NASTY, "file": NASTY, "sha256": NASTY}
    hostile = [result(NASTY, items=(item,) * 3, **fields), unjudged(NASTY + "2", NASTY)]
    words: dict[str, Any] = {"id": "a", "function": "f", "claim": "c", "finding": "x", "hint": "h", "mistake": "m"}
    plain_item = dataclasses.replace(item, **words)
    harmless = [result(items=(plain_item,) * 3, notices=("n",)), unjudged("bao", "r")]
    made = Page(page(overview(of_reports([report(hostile, NASTY, seed_id=NASTY, checks_version=NASTY, numpy=NASTY)]))))
    assert made.tags["script"] == 1
    assert made.tags["img"] == 0
    plain = Page(page(overview(of_reports([report(harmless)]))))
    assert {tag: count for tag, count in made.tags.items() if tag != "code"} == {
        tag: count for tag, count in plain.tags.items() if tag != "code"
    }, "a claim may have `code` in it, and nothing more"


def test_a_report_of_nobody_is_a_page_that_says_so() -> None:
    for made in (of(), of([])):
        assert "Nobody has handed in anything yet" in made.text
        assert made.tags["table"] == 0


def test_what_is_unjudged_or_without_walls_is_said_at_the_top_and_by_name() -> None:
    made = of([result(), unjudged("bao"), result("chidi", isolation="none")])
    assert "1 submission is unjudged" in made.text
    assert "The machine failed: no memory." in made.text
    assert "1 result was found without isolation" in made.text
    assert "without isolation" not in of([result()]).text


def test_the_sentence_that_students_read_is_there_with_what_to_try() -> None:
    made = of([result(passed=[False])])
    assert "Your gradient is the sum over the samples; the loss is their mean." in made.text
    assert "Divide by n." in made.text
    assert "predict(1.0)\nshould give 2; yours gave 4." in made.text


def test_changes_and_attempts_are_told_once_there_are_two_runs() -> None:
    assert "Since the last run" not in of([result()]).text
    made = of([result("ada", [True, True])], [result("ada", [True, False])])
    assert "Since the last run" in made.text
    assert "−2" in made.text
    assert "Attempts" in made.text
    assert "Nothing changed." in of([result()], [result()]).text


def test_tables_have_heads_with_a_scope_and_pictures_have_words() -> None:
    text = page(overview(of_reports([report(a_class(12))])))
    assert not re.findall(r"<th(?![^>]*scope)[ >]", text)
    for svg in re.findall(r"<svg[^>]*>", text):
        assert "aria-hidden" in svg or 'role="img"' in svg


def test_a_single_assignment_shows_its_functions() -> None:
    made = of(a_class(12))
    one, several = made, Page(page(overview(of_reports([report(a_class(12)), report([result(assignment="b")], "b")]))))
    assert one.tags["table"] < several.tags["table"]
    assert "predict" in one.text


def test_a_class_of_five_thousand_stays_small_and_is_soon_made() -> None:
    """Four times as long as measured on a machine of 2024 with nothing else to do; a page that opens at once."""
    found = overview(of_reports([report(a_class(5000, n_claims=16))]))
    began = time.process_time()
    text = page(found)
    assert time.process_time() - began < 10
    assert len(text.encode()) < 5_000_000
    assert "student_4999" in text
    assert "Your gradient points the other way." in text


def test_six_assignments_of_a_large_class_stay_below_fifteen_megabytes() -> None:
    """By a tenth of it: what a page has of each student grows no faster than the class."""
    names = [f"assignment_{number}" for number in range(6)]
    reports = [report(a_class(500, n_claims=20, assignment=name, seed=n), name) for n, name in enumerate(names)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(classpage, "FULL_TEXT", 0)
        text = page(overview(of_reports(reports)))
    assert len(text.encode()) < 1_600_000
