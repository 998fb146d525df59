"""A class's page in Chromium: it sorts, it finds, it is read without a script, in the dark, on paper and by ear."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page
from synthetic import a_class, report, result, unjudged

from grader.emit.classpage import page
from grader.history import of_reports
from grader.overview import overview

Scheme = Literal["light", "dark"]


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A class of two assignments, the second one graded twice."""
    names = ("first", "second", "second")
    classes = [a_class(10, assignment=name, seed=number) for number, name in enumerate(names)]
    classes[2] += [unjudged("lost", assignment="second"), result("=1+1", assignment="second", isolation="none")]
    made = page(overview(of_reports(report(some, name) for some, name in zip(classes, names, strict=True))))
    file = tmp_path_factory.mktemp("page") / "class.html"
    file.write_text(made, "utf-8")
    return file.as_uri()


@pytest.fixture
def shown(browser: Browser, address: str) -> Iterator[Page]:
    """The page, in which nothing may be refused or fail."""
    opened = browser.new_page()
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("request", lambda request: said.append(request.url) if request.url != address else None)
    opened.goto(address)
    yield opened
    opened.close()
    assert said == [], "the browser complains, or something was loaded"


def column(shown: Page, place: int) -> list[str]:
    cells = shown.locator("table.matrix tbody tr").evaluate_all(
        "(rows, place) => rows.map(row => row.cells[place].textContent.trim())", place
    )
    return [str(cell) for cell in cells]


def test_a_click_on_a_head_sorts_and_says_so(shown: Page) -> None:
    head = shown.locator("table.matrix thead th").last
    assert head.get_attribute("aria-sort") == "none"
    head.get_by_role("button").click()
    points = [float(text) for text in column(shown, 3)]
    assert (points, head.get_attribute("aria-sort")) == (sorted(points, reverse=True), "descending")
    head.get_by_role("button").click()
    points = [float(text) for text in column(shown, 3)]
    assert (points, head.get_attribute("aria-sort")) == (sorted(points), "ascending")
    name = shown.locator("table.matrix thead th").first
    name.get_by_role("button").click()
    assert column(shown, 0) == sorted(column(shown, 0))
    assert (name.get_attribute("aria-sort"), head.get_attribute("aria-sort")) == ("ascending", "none")


def test_the_keyboard_does_what_the_mouse_does(shown: Page) -> None:
    shown.keyboard.press("Tab")
    assert shown.evaluate("document.activeElement.className") == "skip"
    button = shown.locator("table.matrix thead th").last.get_by_role("button")
    button.focus()
    shown.keyboard.press("Enter")
    assert shown.locator("table.matrix thead th").last.get_attribute("aria-sort") == "descending"
    assert shown.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_a_search_leaves_those_whose_names_have_it(shown: Page) -> None:
    shown.get_by_label("Find a student").fill("0007")
    assert shown.locator("table.matrix tbody tr:visible").count() == 1
    assert shown.locator("details.student:visible").count() == 1
    assert shown.locator("#found").text_content() == "1 of 12 students"
    shown.get_by_label("Find a student").fill("=1")
    assert shown.locator("table.matrix tbody tr:visible").count() == 1
    shown.get_by_label("Find a student").fill("")
    assert shown.locator("table.matrix tbody tr:visible").count() == 12


def test_a_link_to_a_student_opens_them_and_all_can_be_opened(shown: Page) -> None:
    assert shown.locator("details.student[open]").count() == 0
    shown.get_by_role("link", name="student_0003", exact=True).first.click()
    assert shown.locator("details.student[open] h3").all_text_contents() == ["student_0003"]
    assert shown.locator("details.student[open]").get_by_text("Attempts").is_visible()
    shown.get_by_role("button", name="Open all that are shown").click()
    assert shown.locator("details.student[open]").count() == 12
    shown.get_by_role("button", name="Close all").click()
    assert shown.locator("details.student[open]").count() == 0


def test_it_is_read_without_a_script(browser: Browser, address: str) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        opened = context.new_page()
        opened.goto(address)
        assert opened.get_by_text("Who is done with what").is_visible()
        assert not opened.get_by_label("Find a student").is_visible(), "what would do nothing is not shown"
        assert opened.get_by_role("button").count() == 0
        assert opened.locator("table.matrix tbody tr").count() == 12
        student = opened.locator("details.student").nth(3)
        assert not student.locator("h4").first.is_visible()
        student.locator("summary").click()
        assert student.locator("h4").first.is_visible()


def small(folder: Path) -> str:
    """A page with one of everything: axe takes its time with each."""
    before, after = [result("ada"), result("bao", [True] * 4)], [result("ada", [True] * 4), result("bao")]
    after += [unjudged("lost"), result("kwame", status="unreadable", points=0.0), result("dana", isolation="none")]
    (folder / "class.html").write_text(page(overview(of_reports([report(before), report(after)]))), "utf-8")
    return (folder / "class.html").as_uri()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_by_day_or_by_night(browser: Browser, tmp_path: Path, scheme: Scheme) -> None:
    """Contrast of 4.5 and more is among its rules; in the dark only that can be otherwise."""
    with browser.new_context(color_scheme=scheme, bypass_csp=True) as context:
        opened = context.new_page()
        opened.goto(small(tmp_path))
        opened.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        found = Axe().run(opened, options={"runOnly": ["color-contrast"]} if scheme == "dark" else {})
        assert found.violations_count == 0, json.dumps(found.response["violations"], indent=1)[:3000]


def test_the_dark_page_is_dark_and_the_light_one_light(browser: Browser, address: str) -> None:
    schemes: tuple[tuple[Scheme, bool], ...] = (("light", False), ("dark", True))
    for scheme, is_dark in schemes:
        with browser.new_context(color_scheme=scheme) as context:
            opened = context.new_page()
            opened.goto(address)
            shade = opened.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)[0]")
            assert (shade < 128) == is_dark


def test_on_paper_it_is_black_on_white_without_what_only_a_screen_needs(browser: Browser, address: str) -> None:
    with browser.new_context(color_scheme="dark") as context:
        opened = context.new_page()
        opened.goto(address)
        opened.emulate_media(media="print")
        assert opened.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
        for hidden in ("nav", ".tools >> nth=0", "details.student >> nth=0"):
            assert not opened.locator(hidden).is_visible()
        assert opened.locator("table.matrix").is_visible()
        assert opened.pdf().startswith(b"%PDF-")


def test_on_a_telephone_nothing_sticks_out(browser: Browser, address: str) -> None:
    with browser.new_context(viewport={"width": 360, "height": 700}) as context:
        opened = context.new_page()
        opened.goto(address)
        assert opened.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_page_of_nobody_opens_without_a_complaint(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "class.html"
    file.write_text(page(overview([])), "utf-8")
    opened = browser.new_page()
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.goto(file.as_uri())
    assert opened.get_by_text("Nobody has handed in anything yet").is_visible()
    opened.close()
    assert said == []


def test_a_class_of_five_thousand_can_be_searched_and_sorted(browser: Browser, tmp_path: Path) -> None:
    """It takes a second, most of it for drawing the table anew; what grew with the square would take a minute."""
    file = tmp_path / "class.html"
    file.write_text(page(overview(of_reports([report(a_class(5000, n_claims=4))]))), "utf-8")
    opened = browser.new_page()
    opened.goto(file.as_uri())
    opened.get_by_label("Find a student").fill("4711")
    assert opened.locator("table.matrix tbody tr:not([hidden])").all_text_contents()[0].startswith("student_4711")
    opened.get_by_label("Find a student").fill("")
    took = opened.evaluate(
        """() => { const began = performance.now(); document.querySelector("table.matrix thead th.n button").click();
           document.body.offsetHeight; return performance.now() - began; }"""
    )
    opened.close()
    assert took < 10_000
