"""One submission as a page: whole HTML that loads nothing and runs nothing."""

from html.parser import HTMLParser

import pytest
from hypothesis import example, given

from emit.reports import EVERYTHING, LAW, ada, in_a_notebook, lost, report, reports
from grader.emit import formats
from grader.report import Report

VOID = {"meta"}
ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "header", "h1", "p", "main", "ul", "li", "div", "strong", "span",
    "em", "code", "details", "summary", "pre", "footer", "br",
}  # fmt: skip


class Page(HTMLParser):
    """Holds a page to tags that are closed and do nothing."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in {"meta", "br"}:
            self.open.append(tag)
        assert tag in ALLOWED
        assert not [name for name, _ in attrs if name.startswith("on") or name in {"src", "href"}]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def page(made: Report) -> Page:
    return Page(formats.text("html", made) or "")


@LAW
@example(EVERYTHING)
@given(reports(most=1, least=1))
def test_no_text_of_a_stranger_becomes_an_element(made: Report) -> None:
    read = page(made)
    assert read.tags.count("title") == read.tags.count("style") == read.tags.count("h1") == 1


def test_the_page_says_points_claims_findings_and_where() -> None:
    text = page(report(ada())).text
    for said in (
        "ada, regression",
        "2 of 5 points; up to 3 more by hand",
        "loss_gradient (regression.py, line 12): 1 of 2 points",
        "Summed, not averaged.",
        "Divide by the rows of X.",
        "By hand: up to 3 points, by hand",
        "isolation jail",
    ):
        assert said in text
    assert "loss_gradient (cell 5, line 3)" in page(report(in_a_notebook(ada()))).text


def test_what_is_not_judged_says_so() -> None:
    text = page(report(lost())).text
    assert "bao, regressionnot judged" in text.replace("\n", "")
    assert "The machine failed: no memory." in text


@pytest.mark.parametrize(("seed_id", "says"), [(None, True), ("2026a", False)])
def test_an_own_run_says_that_its_points_do_not_count(seed_id: str | None, says: bool) -> None:
    assert ("Own run" in page(report(ada(), seed_id=seed_id)).text) is says
