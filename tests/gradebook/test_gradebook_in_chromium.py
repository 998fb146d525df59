"""What an instructor and a student see of a graded class in a real Chromium, and that nothing of a stranger's runs."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import parity
import pytest
from browser.notebooks import CHROMIUM, opened
from formgrader import formgrader, submissions
from gradebooks import plain
from hostile import HOSTILE, OUTPUTS

from grader.sandbox import best_level

pytestmark = pytest.mark.stock

if not CHROMIUM and not os.environ.get("CI"):
    pytest.skip("no Chromium: pages are not tested in a browser (CHROMIUM names one)", allow_module_level=True)

SLUG = "linear_regression"
FILE = f"{SLUG}/{SLUG}.ipynb"
TRAP = "window.stolen = []; window.steal = () => window.stolen.push('one'); window.alert = window.steal"


def a_class(root: Path) -> Path:
    """One who sums where the loss is a mean, and one whose notebook is full of scripts."""
    for student in ("elif", "ada"):
        book = json.loads((parity.CLASSROOM / student / FILE).read_text("utf-8"))
        if student == "ada":
            answer = next(cell for cell in book["cells"] if cell["id"] == "written_answer")
            answer["source"] = "\n\n".join(HOSTILE)
            book["cells"] += [plain(text, "markdown") | {"id": f"text{i}"} for i, text in enumerate(HOSTILE)]
            book["cells"] += [plain(f"# {text}") | {"id": f"code{i}"} for i, text in enumerate(HOSTILE)]
            book["cells"].append(plain("1", outputs=OUTPUTS))
        (root / student / SLUG).mkdir(parents=True)
        (root / student / FILE).write_text(json.dumps(book), "utf-8")
    return root


@pytest.fixture(name="root", scope="module")
def a_graded_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The class after `grader grade --gradebook` and `nbgrader generate_feedback`."""
    folder = tmp_path_factory.mktemp("chromium")
    root = parity.make(folder / "course", [SLUG], a_class(folder / "class"), stock=False)
    parity.through_ours(root, [SLUG], *([] if best_level() != "none" else ["--unsafe-no-sandbox"]))
    done = parity.run(root, "nbgrader", "generate_feedback", SLUG)
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture(name="address", scope="module")
def a_server(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with formgrader(root, tmp_path_factory.mktemp("home")) as address:
        yield address


def shows_the_finding(page: Any) -> None:
    claims = page.get_by_text("0 of 5 points").locator("xpath=ancestor::div[2]")
    assert claims.get_by_text("should give grad_w [-0.5, 0.0], grad_b 2.5").is_visible()
    assert claims.get_by_text("Divide by the number of rows in X.").first.is_visible()
    box = claims.locator("svg[aria-label*='entry by entry']").bounding_box()
    assert box is not None
    assert box["width"] > 200
    assert box["height"] > 100


def test_formgrader_shows_what_was_found_and_takes_a_persons_score(address: str, browser: Any) -> None:
    page_address = submissions(address, SLUG)["elif"]
    with opened(browser, page_address) as page:
        shows_the_finding(page)
        score = page.locator("#check_loss_gradient")
        page.wait_for_function("document.querySelector('#check_loss_gradient').placeholder === '0'")
        with page.expect_response(lambda answer: "/api/grade/" in answer.url and answer.request.method == "PUT"):
            score.fill("2.5")
            score.press("Tab")
    with opened(browser, page_address) as page:
        page.wait_for_function("document.querySelector('#check_loss_gradient').value === '2.5'")


def test_a_feedback_page_shows_what_was_found(root: Path, browser: Any) -> None:
    with opened(browser, (root / "feedback" / "elif" / SLUG / f"{SLUG}.html").as_uri()) as page:
        shows_the_finding(page)


@pytest.mark.parametrize("where", ["formgrader", "feedback"])
def test_nothing_that_a_student_wrote_runs(root: Path, address: str, browser: Any, where: str) -> None:
    goal = (
        submissions(address, SLUG)["ada"]
        if where == "formgrader"
        else (root / f"feedback/ada/{SLUG}/{SLUG}.html").as_uri()
    )
    with opened(browser, "about:blank") as page:
        page.add_init_script(TRAP)
        page.goto(goal)
        page.wait_for_timeout(500)  # an image that is not there needs a moment to fail
        assert "steal()" in page.locator("body").inner_text()
        page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
        harmful = "links => links.map(a => a.href).filter(goal => !/^(https?|file|about):/.test(goal))"
        assert page.locator("a[href]").evaluate_all(harmful) == []
        assert page.evaluate("window.stolen") == []
        page.evaluate("steal()")
        assert page.evaluate("window.stolen") == ["one"], "the trap would have caught it"
