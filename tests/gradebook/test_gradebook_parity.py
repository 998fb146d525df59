"""The table of docs/nbgrader.md is what today's grader gives; what nbgrader gave is on record, since it takes long."""

import parity
import pytest

from grader.sandbox import best_level

pytestmark = pytest.mark.stock


@pytest.fixture(name="made", scope="module")
def the_table(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    options = () if best_level() != "none" else ("--unsafe-no-sandbox",)
    return list(parity.todays_table(tmp_path_factory.mktemp("parity") / "ours", parity.recorded(), *options))


def test_the_page_shows_the_table_of_today(made: list[str]) -> None:
    page = (parity.ROOT / "docs" / "nbgrader.md").read_text("utf-8")
    assert "\n".join(made) in page, "`python tests/gradebook/parity.py --recorded` prints the table anew"


def test_every_difference_has_its_reason(made: list[str]) -> None:
    assert len(made) > 20
    assert not [line for line in made if parity.UNKNOWN in line]


def test_the_record_is_of_the_whole_class_but_of_who_handed_in_no_notebook() -> None:
    handed_in = {file.parent for slug in parity.slugs() for file in parity.CLASSROOM.glob(f"*/{slug}/*.ipynb")}
    assert {(student, slug) for student, slug, _ in parity.recorded()} == {
        (folder.parent.name, folder.name) for folder in handed_in
    }
