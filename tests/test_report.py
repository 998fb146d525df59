"""The report: a contract of keys, sums that are true, and text of strangers that harms no format."""

import dataclasses
import json
import unicodedata
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.report import MAX_TEXT, Item, Report, Result, clean, total

STEERING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)


def item(status: str = "passed", points: float = 1.0, most: float = 1.0, id_: str = "claim") -> Item:
    return Item(id_, "predict", "`predict` is right.", status, points, most)  # type: ignore[arg-type] # any, for tests


@given(ANY_TEXT)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(ANY_TEXT)
def test_clean_text_is_text_of_an_xml_document(text: str) -> None:
    element = ET.Element("finding")
    element.text = clean(text)
    again = ET.fromstring(ET.tostring(element, encoding="utf-8"))
    assert (again.text or "") == clean(text)


@given(ANY_TEXT)
def test_clean_text_is_utf_8_and_moves_no_cursor_and_turns_no_line(text: str) -> None:
    kept = clean(text)
    kept.encode("utf-8")
    for character in kept:
        assert character in "\t\n" or unicodedata.category(character) not in {"Cc", "Cs", "Cn", "Co", "Zl", "Zp"}
        assert unicodedata.bidirectional(character) not in STEERING


@given(st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), max_size=200))
def test_ordinary_text_is_kept_as_it_is(text: str) -> None:
    if not set(text) & {"\ufffe", "\uffff"}:
        assert clean(text) == text


@given(st.text(max_size=100), st.integers(1, 40))
def test_no_text_is_longer_than_its_limit(text: str, limit: int) -> None:
    assert len(clean(text, limit)) <= limit
    assert clean(clean(text, limit), limit) == clean(text, limit)


def test_a_flood_of_text_is_cut_with_a_sign_and_soon() -> None:
    kept = clean("a" * 10_000_000)
    assert len(kept) == MAX_TEXT
    assert kept.endswith("…")
    assert len(clean("\x00" * 10_000_000 + "a")) == 0, "what is looked at is bounded too"


@pytest.mark.parametrize("text", ["\x1b[2J", "\x07", "\u202egnp.exe", "\ud800", "\u2066x\u2069", "\x00", "\x9b31m"])
def test_what_steers_a_terminal_or_a_page_is_dropped(text: str) -> None:
    assert not set(clean(text)) & set("\x1b\x07\u202e\ud800\u2066\u2069\x00\x9b")


def test_the_sum_is_over_judged_items() -> None:
    assert total((item(points=1.5, most=2), item("failed", 0), item("skipped", 0), item("manual", 0, 4))) == 1.5
    assert total(()) == 0


def test_a_written_answer_is_in_no_sum() -> None:
    assert total((item(), item("manual", 3, 4))) == 1


def test_with_an_unjudged_item_no_number_is_true() -> None:
    assert total((item(), item("unjudged", 0))) is None


def test_fractions_of_points_add_up_without_dust() -> None:
    assert total(tuple(item(points=0.1) for _ in range(3))) == 0.3


def result(**changed: object) -> Result:
    known = Result(
        "ada", "tiny", "ada/tiny.ipynb", "ab" * 32, "judged", ("a notice",), "none", 1.0, 1.0, 0.25, (item(),)
    )
    return dataclasses.replace(known, **changed)  # type: ignore[arg-type] # fields of a result


def test_the_json_form_has_every_key_always() -> None:
    """A contract with whoever reads it: a key that comes and goes breaks them."""
    report = Report("0.1.0", "2.0.0", "tiny", None, "1234", (result(), result(points=None, sha256=None)))
    written = json.loads(json.dumps(report.as_dict(), allow_nan=False))
    assert list(written) == ["grader", "numpy", "assignment", "seed_id", "checks_version", "submissions"]
    assert [list(one) for one in written["submissions"]] == 2 * [
        [
            "student", "assignment", "file", "sha256", "status", "notices", "isolation", "points", "max_points",
            "seconds", "items",
        ]
    ]  # fmt: skip
    assert list(written["submissions"][0]["items"][0]) == [
        "id", "function", "claim", "status", "points", "max_points", "finding", "hint", "mistake", "followed_through"
    ]  # fmt: skip
    assert written["seed_id"] is None
    assert written["submissions"][1]["points"] is None
    assert written["submissions"][0]["notices"] == ["a notice"]


def test_a_report_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        result().points = 20.0  # type: ignore[misc] # that is the point
