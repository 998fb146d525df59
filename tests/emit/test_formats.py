"""What holds in every format: clean text, true numbers, the same output for the same report, files for everybody."""

import dataclasses
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from emit.reports import EVERYBODY, GRADIENT, LAW, ada, hostile, lost, report, reports
from grader.emit import formats, parts
from grader.emit.formats import FORMATS
from grader.picture import Formula, Picture
from grader.report import Report, clean

OF_A_CLASS = [name for name, form in FORMATS.items() if form.holds == "report"]


def texts(name: str, made: Report) -> list[str]:
    """What a format writes of a report: one text, or one a submission."""
    if FORMATS[name].holds == "report":
        parts_of_it = [made]
    else:
        parts_of_it = [parts.alone(made, result) for result in made.submissions]
    found = (formats.text(name, part) for part in parts_of_it)
    return [text for text in found if text is not None]


@pytest.mark.parametrize("name", FORMATS)
@LAW
@example(made=EVERYBODY)
@given(made=reports())
def test_no_text_holds_what_a_terminal_or_xml_cannot(name: str, made: Report) -> None:
    for text in texts(name, made):
        text.encode("utf-8")
        plain = text.replace("\r\n", "\n")
        assert clean(plain, len(plain) + 1) == plain


@pytest.mark.parametrize("name", FORMATS)
@LAW
@example(made=EVERYBODY)
@given(made=reports())
def test_the_same_report_gives_the_same_text(name: str, made: Report) -> None:
    if name != "ctrf":  # it tells the time
        assert texts(name, made) == texts(name, made)


@given(reports())
def test_to_clean_twice_is_to_clean_once(made: Report) -> None:
    once = parts.cleaned(made)
    assert parts.cleaned(once) == once


@pytest.mark.parametrize("name", FORMATS)
def test_an_unjudged_submission_has_no_points_anywhere(name: str) -> None:
    for text in texts(name, report(ada(), lost())):
        if name == "json":  # the contract keeps what each claim gave; the total is null
            continue
        assert "77.5" not in text


@pytest.mark.parametrize("name", ["gradescope", "prairielearn"])
def test_where_any_file_would_be_a_number_an_unjudged_submission_has_none(name: str, tmp_path: Path) -> None:
    (file,) = formats.files(name, report(lost()), tmp_path / "x.json")
    assert file.text is None
    assert "bao is not judged" in file.sentence
    assert "from before" not in file.sentence
    file.path.write_text("old")
    (again,) = formats.files(name, report(lost()), tmp_path / "x.json")
    assert "is from before" in again.sentence


@pytest.mark.parametrize("name", OF_A_CLASS)
def test_a_report_of_nobody_is_a_report(name: str) -> None:
    assert formats.text(name, report()) is not None


@pytest.mark.parametrize("name", FORMATS)
def test_a_figure_that_is_not_finite_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not finite"):
        formats.text(name, report(ada(seconds=float("nan"))))


def test_a_file_or_a_folder_a_format_and_an_assignment() -> None:
    def path(name: str, *, many: bool) -> str:
        return str(formats.target(name, Path("out"), "regression", "ada", many=many))

    assert path("junit", many=False) == "out"
    assert path("junit", many=True) == "out/regression.xml"
    assert path("html", many=False) == "out/ada.html"
    assert path("html", many=True) == "out/regression/ada.html"


@given(st.lists(hostile, unique=True, max_size=8))
def test_every_student_has_a_file_name_of_their_own_that_is_only_a_name(students: list[str]) -> None:
    names = formats.file_names(students)
    assert len({name.casefold() for name in names}) == len(students)
    for name in names:
        assert name
        assert not set(name) & set("/\\\0\n:")
        assert not name.startswith(".")
        assert len(f".{name}.html.1234567".encode()) <= 255


@pytest.mark.parametrize("student", ["ada", "Zoë", "ada.l-2", "42"])
def test_a_plain_name_stays_as_it_is(student: str) -> None:
    assert formats.file_names([student]) == [student]


def test_names_that_one_disk_takes_for_the_same_are_told_apart() -> None:
    first, second = formats.file_names(["ada", "Ada"])
    assert first == "ada"
    assert second.casefold() != "ada"


def test_two_names_of_four_thousand_letters_stay_two() -> None:
    first, second = (parts.cleaned(report(ada(student="x" * 4096 + end))).submissions[0].student for end in "ab")
    assert len(first) <= 200
    assert first != second


@pytest.mark.parametrize("name", ["junit", "canvas", "moodle", "markdown", "html", "gradescope", "ctrf", "json"])
def test_a_large_number_keeps_its_digits(name: str) -> None:
    made = dataclasses.replace(ada(), points=1234567.25)
    assert all("1234567.25" in text for text in texts(name, report(made)))


def test_a_file_that_nobody_can_read_is_told_once_and_not_for_every_function() -> None:
    said = "The file is cut off: its end is missing."
    items = tuple(dataclasses.replace(GRADIENT, id=f, function=f, finding=said, mistake=None) for f in ("a", "b", "c"))
    made = report(ada(*items, status="unreadable", points=0.0))
    assert [texts(name, made)[0].count(said) for name in ("github", "gitlab", "markdown")] == [1, 1, 1]


@pytest.mark.parametrize("name", ["junit", "github", "markdown", "gradescope", "html"])
def test_where_the_course_shows_no_findings_the_points_and_the_status_are_there(name: str) -> None:
    narrow = dataclasses.replace(GRADIENT, finding=None, hint=None, mistake=None)
    (text,) = texts(name, report(ada(narrow)))
    assert "None" not in text
    assert "does not hold" in text
    assert "1 of 2" in text or name == "gradescope"


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in {"json", "canvas", "gitlab"}])
def test_every_format_that_has_room_says_that_a_run_does_not_count_or_had_no_walls(name: str) -> None:
    safe, unsafe = report(ada()), report(ada(isolation="none"))
    assert not [text for text in texts(name, safe) if "Own run" in text or "without isolation" in text]
    assert all(parts.UNSAFE.split(":")[0] in text for text in texts(name, unsafe))
    own = dataclasses.replace(unsafe, seed_id=None)
    assert all("Own run, public checks" in text for text in texts(name, own))
    assert not [text for text in texts(name, own) if "without isolation" in text], "of a student's own file"


@pytest.mark.parametrize("name", FORMATS)
def test_a_notebooks_pictures_and_formulas_stay_there(name: str) -> None:
    shown = dataclasses.replace(GRADIENT, picture=Picture("a picture"), formulas=(Formula("\\frac{1}{n}", "1 / n"),))
    assert not [text for text in texts(name, report(ada(shown))) if "a picture" in text or "frac" in text]
