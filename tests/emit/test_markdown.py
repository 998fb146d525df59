"""Markdown, rendered by GitHub's own renderer: a stranger's text makes no element, no link and no mention."""

import dataclasses
import re
from html.parser import HTMLParser

import cmarkgfm
from cmarkgfm.cmark import Options
from hypothesis import example, given

from emit.reports import EVERYBODY, EVERYTHING, GRADIENT, HOSTILE, LAW, ada, in_a_notebook, lost, report, reports
from grader.emit import formats, markdown, parts
from grader.report import Report


class Page(HTMLParser):
    """The elements of a rendered page, and its text by the element that it stands in."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.texts: list[tuple[tuple[str, ...], str]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.open.append(tag)
        assert {name for name, _ in attrs} <= {"align", "lang"}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((tuple(self.open), data))

    @property
    def text(self) -> str:
        return "".join(data for _, data in self.texts)


def page(made: Report) -> Page:
    text = formats.text("markdown", made) or ""
    html = cmarkgfm.github_flavored_markdown_to_html(text, options=Options.CMARK_OPT_UNSAFE)
    return Page(re.sub(r"\n+", "\n", html))


OURS = {"h3", "table", "thead", "tbody", "tr", "th", "td", "code", "pre", "p", "ul", "li", "strong", "em", "span"}


@LAW
@example(EVERYBODY)
@given(reports())
def test_no_text_of_a_stranger_is_an_element_a_link_or_a_mention(made: Report) -> None:
    read = page(made)
    assert set(read.tags) <= OURS
    assert read.tags.count("h3") == 1
    for inside, text in read.texts:
        assert "code" in inside or not re.search(r"@\w", text)


@LAW
@example(EVERYTHING)
@given(reports(most=1, least=1))
def test_a_submission_has_a_row_a_claim_whatever_the_claim_says(made: Report) -> None:
    (result,) = made.submissions
    assert page(made).tags.count("tr") == 1 + len(result.items)
    assert page(made).tags.count("td") == 3 * len(result.items)


def test_a_strangers_text_is_shown_as_it_is() -> None:
    for stranger in HOSTILE:
        item = dataclasses.replace(GRADIENT, finding=stranger)
        read = page(report(ada(item)))
        shown = parts.cleaned(report(ada(item))).submissions[0].items[0].finding or ""
        assert shown.replace("\n", "").strip() in read.text.replace("\n", "")


def test_the_page_of_one_says_points_claims_findings_and_where() -> None:
    read = page(report(ada()))
    assert "ada, regression: 2 of 5 points; up to 3 more by hand" in read.text
    assert "loss_gradient (regression.py, line 12): loss_gradient is the derivative" in read.text
    assert "Summed, not averaged.\nTry: Divide by the rows of X." in read.text
    assert "up to 3, by hand" in read.text
    assert "Own run" not in read.text
    assert "(cell 5, line 3)" in page(report(in_a_notebook(ada()))).text


def test_the_page_of_a_class_says_who_has_what_and_the_frequent_mistakes() -> None:
    text = page(report(ada(), lost(), ada(student="chidi"))).text
    assert "regression: 3 submissions" in text
    assert "sum for mean" in text
    assert "unjudged" in text


def test_nobody_is_a_sentence() -> None:
    assert "0 submissions" in page(report()).text


def test_an_own_run_says_that_its_points_do_not_count() -> None:
    assert "Own run, public checks" in page(report(ada(), seed_id=None)).text


def test_a_class_that_is_too_large_ends_before_github_would_drop_it() -> None:
    refused = ada(status="refused", notices=("It is too large. " * 50,))
    many = report(*(dataclasses.replace(refused, student=f"student-{i}") for i in range(1_500)))
    text = formats.text("markdown", many) or ""
    assert 900_000 > len(text.encode()) > 400_000
    assert "goes on" in text.splitlines()[-1]
    assert markdown.LARGEST < 1 << 20
