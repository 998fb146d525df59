"""A check of the course is changed on purpose, on a copy: what `regrade` shows is what the change does, and no more."""

import shutil
from pathlib import Path

import course_copy
import pytest
from course_copy import ROOT, SEED, SLUG, Done, grader

SUBMITTED = ROOT / "tests" / "classroom" / "submitted"
OPTIONS = ("--store", "results.db", "--seed", SEED, "--unsafe-no-sandbox")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ada is right, elif sums where the mean is asked for, pavel rounds his prices; all are in the store."""
    root = course_copy.make(tmp_path_factory.mktemp("regrading") / "course", SLUG)
    for student in ("ada", "elif", "pavel"):
        shutil.copytree(SUBMITTED / student / SLUG, root / "submitted" / student / SLUG)
    assert grader("grade", SLUG, "submitted", *OPTIONS, cwd=root).code == 0
    checks = root / "source" / SLUG / "checks.py"
    before, _, prices = checks.read_text("utf-8").partition("@claim(house_price")
    assert "within=FIT" in prices
    allowed = 'PRICE = Tolerance(5e-6, because="whole dollars are as good: half a dollar of a price of 100 000")\n\n'
    changed = before + allowed + "@claim(house_price" + prices.replace("within=FIT", "within=PRICE")
    checks.write_text(changed, "utf-8")
    return root


@pytest.fixture(scope="module")
def shown(course: Path) -> Done:
    return grader("regrade", SLUG, "--diff", *OPTIONS, cwd=course)


def test_who_gains_is_named_with_the_finding_of_before_and_nobody_else(shown: Done) -> None:
    assert shown.code == 0, shown.err
    assert "pavel" in shown.out
    assert "16 of 20" in shown.out
    assert "price_of_many_houses: 0 of 2.75 → 2.75 of 2.75" in shown.out
    assert "before: rounded: Your price is rounded to whole dollars." in shown.out
    assert "1 gains points, together 4." in shown.out
    assert "2 of 3 have the points of before." in shown.out
    assert not {"ada", "elif"} & set(shown.out.split())


def test_applied_it_is_in_the_store_and_on_the_page(course: Path, shown: Done) -> None:
    done = grader("regrade", SLUG, "--apply", *OPTIONS, cwd=course)
    assert (done.code, done.out) == (0, shown.out)
    assert "3 new results in results.db." in done.err
    assert grader("regrade", SLUG, *OPTIONS, cwd=course).out == "3 of 3 have the points of before.\n"
    assert grader("report", "--store", "results.db", cwd=course).code == 0
    page = (course / "class.html").read_text("utf-8")
    assert "Since the last run" in page
    assert '<span class="up">+4</span>' in page
