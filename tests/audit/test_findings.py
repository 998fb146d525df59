"""What the audit says of mistakes, survivors and wrong submissions, and that it says it where something is wrong."""

import json
from pathlib import Path

import pytest
from course_copy import grader

from grader import audit
from grader.course import Course
from grader.emit import audit_json, audit_table
from grader.outcome import Audit, Finding, Part

from . import scratch

HALVED = "strength * np.sum(w**2) / 2"


def wrong_file(course: Course, name: str, first: str, old: str = HALVED, new: str = "strength * np.sum(w**2)") -> None:
    folder = course.root / "tests" / "submissions" / "ridge" / "wrong"
    folder.mkdir(parents=True, exist_ok=True)
    text = (course.root / "solutions" / "ridge.py").read_text("utf-8")
    assert old in text
    (folder / f"{name}.py").write_text(f"{first}\n{text.replace(old, new)}", "utf-8")


def red(course: Course, part: str) -> list[str]:
    audited = audit.audit(course, scratch.SLUG, scratch.SMALL)
    return [f.sentence for p in audited.parts if p.name == part for f in p.findings if f.red]


def test_points_lost_where_nothing_is_wrong_are_told(tmp_path: Path) -> None:
    course = scratch.make(tmp_path)
    wrong_file(course, "elsewhere", "# wrong: ridge_gradient | in truth it is the loss")
    assert red(course, "wrong") == [
        "elsewhere.py is wrong in ridge_gradient and loses nothing there",
        "elsewhere.py loses points in ridge_loss too",
    ]


@pytest.mark.parametrize("first", ["# wrong: squared_loss | of another exercise", "import numpy as np"])
def test_a_wrong_submission_about_no_function_of_the_exercise_is_told_once(tmp_path: Path, first: str) -> None:
    course = scratch.make(tmp_path)
    wrong_file(course, "left_over", first)
    (said,) = red(course, "wrong")
    assert said.startswith("left_over.py is wrong in ")
    assert said.endswith("its first line says, and no function here is called so")


def test_a_wrong_name_is_told_and_a_name_that_nobody_has_read_is_listed(tmp_path: Path) -> None:
    course = scratch.make(tmp_path)
    for name in ("misread", "unread", "read"):
        wrong_file(course, name, "# wrong: ridge_loss | the penalty is not halved")
    names = course.root / "tests" / "submissions" / "ridge" / "names.toml"
    names.write_text('misread = "penalty left out"\nread = "penalty not halved"\ngone = ""\n', "utf-8")
    audited = audit.audit(course, scratch.SLUG, scratch.SMALL)
    part = next(part for part in audited.parts if part.name == "wrong")
    said = {finding.sentence: finding.red for finding in part.findings}
    assert said == {
        "misread.py is called ['penalty not halved']; it is 'penalty left out'": True,
        "unread.py is called penalty not halved: is that true? Say so in names.toml": False,
        "names.toml tells of gone, which is no file": True,
    }


def test_a_wrong_submission_that_cannot_run_is_told_and_is_not_the_end(tmp_path: Path) -> None:
    course = scratch.make(tmp_path)
    wrong_file(course, "stops", "# wrong: ridge_loss | it stops", "import numpy as np", "import numpy as np\n1 / 0")
    wrong_file(course, "loops", "# wrong: ridge_loss | it halves", HALVED, "strength")
    assert [sentence for sentence in red(course, "wrong") if "stops.py" in sentence]


REASON = """
[[survivor]]
function = "ridge_loss"
was = "return np.mean(error ** 2) / 2 + strength * np.sum(w ** 2) / 2"
becomes = {becomes}
reason = "because"
"""


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (REASON.format(becomes='"return np.mean(error ** 2) / 2"'), "gives a reason for a mutant that"),
        (REASON.format(becomes='["return no", "return nothing"]'), "gives a reason for a mutant that there is not"),
        ("[[survivor]]\nfunction = 1", "cannot be read: KeyError"),
        ("[[survivor", "cannot be read: TOMLDecodeError"),
    ],
)
def test_a_reason_for_nothing_is_told(text: str, sentence: str, tmp_path: Path) -> None:
    course = scratch.make(tmp_path)
    (course.root / "solutions" / "ridge.toml").write_text(text, "utf-8")
    assert any(said.startswith(sentence) for said in red(course, "mutants"))


def test_a_survivor_with_a_reason_is_not_red_and_an_equivalent_one_counts_for_nothing(tmp_path: Path) -> None:
    keeps = 'keeps_inputs(student, "ridge_loss", (X, y, w, 0.0), truth.ridge_loss(X, y, w, 0.0))'
    plain = "agrees(student.ridge_loss(X, y, w, 0.0), truth.ridge_loss(X, y, w, 0.0))"
    course = scratch.make(tmp_path, {"checks.py": (keeps, plain)})
    lines = [
        f'[[survivor]]\nfunction = "ridge_loss"\nwas = "ridge_loss"\nbecomes = "ridge_loss changes {name}"\n'
        f'reason = "tried"\nequivalent = {equivalent}\n'
        for name, equivalent in (("X", "true"), ("y", "true"), ("w", "false"))
    ]
    (course.root / "solutions" / "ridge.toml").write_text("\n".join(lines), "utf-8")
    audited = audit.audit(course, scratch.SLUG, scratch.SMALL)
    part = next(part for part in audited.parts if part.name == "mutants")
    assert part.green, part.findings
    assert (part.figures["with_reason"], part.figures["equivalent"]) == (1, 2)
    assert part.figures["mutants"] == (part.figures["killed"] or 0) + 1


def test_the_command_ends_with_1_where_something_is_red_and_2_where_it_is_called_wrongly(tmp_path: Path) -> None:
    main = "agrees(student.ridge_loss(*inputs), truth.ridge_loss(*inputs))"
    course = scratch.make(tmp_path, {"checks.py": (main, "1 / 0")})
    done = grader("audit", "--part", "quick", cwd=course.root)
    assert done.code == 1
    assert "RED author: The check loss_is_the_mean_and_the_penalty itself raises ZeroDivisionError" in done.out
    assert "checks.py, line 25" in done.out
    assert grader("audit", "no_such", cwd=course.root).code == 2
    assert grader("audit", "--part", "some", cwd=course.root).code == 2


AUDIT = Audit(
    "sums",
    "full",
    "abc",
    (
        Part(
            "mutants", "1 of 2", (Finding("survives", "x.py, line 3"), Finding("listed", red=False)), {"mutants": 2.0}
        ),
        Part("cost", "3 ms", (), {"own_ms": float("inf")}, ({"check": "c", "own_ms": 1.0, "all_ms": 2.0, "calls": 3},)),
    ),
)


def test_the_json_has_every_key_and_no_number_that_json_has_not(tmp_path: Path) -> None:
    audit_json.write([AUDIT], tmp_path / "a" / "audit.json")
    (one,) = json.loads((tmp_path / "a" / "audit.json").read_text("utf-8"))["audits"]
    assert (one["assignment"], one["green"], one["parts"][1]["figures"]) == ("sums", False, {"own_ms": None})
    assert one["parts"][0]["findings"][0] == {"sentence": "survives", "where": "x.py, line 3", "red": True}


def test_what_is_red_is_printed_before_what_is_listed() -> None:
    lines = [str(line) for line in audit_table.findings(AUDIT)]
    assert lines == ["RED mutants: survives (x.py, line 3)", "mutants: listed"]
    assert audit_table.one(AUDIT).row_count == 2
    assert audit_table.slowest([AUDIT]).row_count == 1
    assert audit_table.together([AUDIT]).row_count == 1
