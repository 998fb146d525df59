"""What an author gets wrong: a sentence with file and line from the audit, and nobody loses points by it meanwhile."""

from pathlib import Path

import pytest

from grader import audit, judge
from grader.audit.subject import open_subject
from grader.course import exercise
from grader.inprocess import started
from grader.outcome import Audit, Finding
from grader.recorded import make_ready

from . import scratch

CLAIM = "@claim(ridge_loss, points=2)\n"
MAIN = "agrees(student.ridge_loss(*inputs), truth.ridge_loss(*inputs))"

# what is wrong: (file, old text, new text, the part that is red, what its sentence says, where)
FAULTS = {
    "a check raises": (
        "checks.py", MAIN, f"{MAIN}\n        1 / 0",
        "author", "loss_is_the_mean_and_the_penalty itself raises ZeroDivisionError", "ridge/checks.py, line 26",
    ),
    "a check contradicts the reference": (
        "checks.py", MAIN, MAIN.replace("truth", "2 * truth"),
        "author", "loss_is_the_mean_and_the_penalty does not hold for the reference", "ridge/checks.py, line 25",
    ),
    "a check never fails anything": (
        "checks.py", CLAIM, f'{CLAIM}def always(student, truth, draw):\n    """Holds."""\n\n\n{CLAIM}',
        "checks", "always never fails anything", "ridge/checks.py, line 20",
    ),
    "a check asks truth about the student's values": (
        "checks.py", MAIN,
        f"X, y, w, s = inputs\n        {MAIN}\n        truth.ridge_loss(X, y, student.ridge_gradient(*inputs), s)",
        "replay", "values that are not draws", "ridge/checks.py, line 27",
    ),
    "a loss that SymPy cannot differentiate": (
        "checks.py", "(m.dot(x, w) - y) ** 2 / 2 +", "abs(complex(m.dot(x, w) - y)) ** 2 / 2 +",
        "author", "SymPy cannot differentiate ridge_loss_of_a_sample", "ridge/checks.py, line 9",
    ),
    "a loss without finite value": (
        "checks.py", "(m.dot(x, w) - y) ** 2 / 2 +", "m.sqrt(m.dot(x, w) - y - 1000) / 2 +",
        "author", "The derivative of ridge_loss_of_a_sample by w has no finite value", "ridge/checks.py, line 9",
    ),
    "a mistake that is right": (
        "mistakes.py", "times=lambda **_: 2.0", "times=lambda **_: 1.0",
        "mistakes", "'one half missing' gives the right answer on every draw", "ridge/mistakes.py, line 15",
    ),
    "a mistake that is another one": (
        "mistakes.py", "times=lambda **_: 2.0",
        "answer=lambda right, w, strength, **_: right + strength * np.dot(w, w) / 2",
        "mistakes", "'penalty not halved' gives what 'one half missing' gives", "ridge/mistakes.py, line 22",
    ),
    "a mistake that raises": (
        "mistakes.py", "instead=lambda X, y, w, strength: X.T @ (X @ w - y) + strength * w", "instead=lambda *_: 1 / 0",
        "mistakes", "'sum for mean' is not named", "ridge/mistakes.py, line 36",
    ),
    "a claim that is missing": (
        "checks.py", 'keeps_inputs(student, "ridge_loss", (X, y, w, 0.0), truth.ridge_loss(X, y, w, 0.0))',
        "agrees(student.ridge_loss(X, y, w, 0.0), truth.ridge_loss(X, y, w, 0.0))",
        "mutants", "ridge_loss → ridge_loss changes X", "solutions/ridge.py, line 6",
    ),
    "more chance than there is": (
        "checks.py", CLAIM, CLAIM.replace("points=2", "points=2, chance=1e-3"),
        "chance", "Chance fails a right submission with up to 1.0e-03", "",
    ),
    "a name that is not imported": (
        "checks.py", "derivative(*inputs))\n\n\n", "derivative(*inputs), within=Tolerance(1e-6, because='…'))\n\n\n",
        "author", "itself raises NameError: name 'Tolerance'", "ridge/checks.py, line 51",
    ),
    "checks that cannot be read": (
        "checks.py", "def problem(", "def problem((", "author", "checks.py", "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_the_author_gets_a_sentence_with_file_and_line(fault: str, tmp_path: Path) -> None:
    name, old, new, part, sentence, where = FAULTS[fault]
    audited = audit.audit(scratch.make(tmp_path, {name: (old, new)}), scratch.SLUG, scratch.SMALL)
    assert not audited.green
    red = [finding for finding in findings(audited, part) if sentence in finding.sentence]
    assert red, findings(audited, part)
    assert any(finding.where.endswith(where) for finding in red), red


def findings(audited: Audit, part: str) -> list[Finding]:
    return [finding for each in audited.parts if each.name == part for finding in each.findings if finding.red]


def test_a_claim_that_is_not_sound_leaves_the_others_to_be_audited(tmp_path: Path) -> None:
    course = scratch.make(tmp_path, {"checks.py": (MAIN, "1 / 0")})
    audited = audit.audit(course, scratch.SLUG, scratch.SMALL)
    assert [part.name for part in audited.parts] == list(audit.PARTS)
    assert findings(audited, "chance") == findings(audited, "replay") == []


def test_an_assignment_without_mistakes_and_submissions_is_audited_all_the_same(tmp_path: Path) -> None:
    course = scratch.make(tmp_path)
    (course.root / "source" / "ridge" / "mistakes.py").unlink()
    audited = audit.audit(course, scratch.SLUG, scratch.SMALL)
    assert audited.green, [part.findings for part in audited.parts]


def test_a_submission_is_unjudged_in_an_unsound_claim_and_never_zero(tmp_path: Path) -> None:
    course = scratch.make(tmp_path, {"checks.py": (MAIN, MAIN.replace("truth", "2 * truth"))})
    made = exercise(course, scratch.SLUG)
    broken = make_ready(made)
    functions = open_subject(course, scratch.SLUG).namespace()
    items = list(judge.judge(made, lambda _=(): started(functions), broken=broken))
    status = {item.id: item.status for item in items}
    assert status.pop("loss_is_the_mean_and_the_penalty") == "unjudged"
    assert set(status.values()) == {"passed"}
