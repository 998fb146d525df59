"""Results that nobody judged, for tests of what is done with results."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from grader.history import Conditions
from grader.report import Item, Report, Result, total
from grader.submission import Submission

FUNCTIONS = ("predict", "loss", "gradient", "fit", "price")
SENTENCES = {
    "sum for mean": "Your gradient is the sum over the samples; the loss is their mean.",
    "one half missing": "Your loss is the mean squared error; the loss is half of it.",
    "sign": "Your gradient points the other way.",
}


def conditions(**changed: Any) -> Conditions:
    given = {"assignment": "tiny", "checks_version": "c1", "seed_id": "s1", "grader": "0.1.0", "numpy": "2.0",
             "python": "3.11", "engine": "e1", "feedback": "full"}  # fmt: skip
    return Conditions(**given | changed)


def items(passed: Sequence[bool | None]) -> tuple[Item, ...]:
    """Two claims a function and a written answer; None is a function that is not written."""
    made = []
    for number, holds in enumerate(passed):
        function = FUNCTIONS[number // 2 % len(FUNCTIONS)]
        claim = f"`{function}` is right, part {number}."
        if holds is None:
            made.append(
                Item(f"claim_{number}", function, claim, "skipped", 0.0, 2.0, f"{function} is not written yet.")
            )
        elif holds:
            made.append(Item(f"claim_{number}", function, claim, "passed", 2.0, 2.0))
        else:
            mistake = list(SENTENCES)[number % len(SENTENCES)]
            finding = f"{function}: y is twice the right value.\n{function}(1.0)\nshould give 2; yours gave 4.\n"
            finding += SENTENCES[mistake]
            made.append(Item(f"claim_{number}", function, claim, "failed", 0.0, 2.0, finding, "Divide by n.", mistake))
    return (*made, Item("written_answer", None, "A written answer, graded by a person.", "manual", 0.0, 4.0))


def result(student: str = "ada", passed: Sequence[bool | None] = (True, True, False, True), **changed: Any) -> Result:
    found = items(passed)
    given: dict[str, Any] = {
        "student": student, "assignment": "tiny", "file": f"{student}.py", "sha256": "ab", "status": "judged",
        "notices": (), "isolation": "jail", "points": total(found), "max_points": 2.0 * len(passed), "seconds": 0.1,
        "items": found,
    }  # fmt: skip
    return Result(**given | changed)


def unjudged(student: str = "ada", reason: str = "The machine failed: no memory.", **changed: Any) -> Result:
    lost = tuple(Item(f"claim_{n}", FUNCTIONS[n // 2], "…", "unjudged", 0.0, 2.0, reason) for n in range(4))
    return result(student, status="unjudged", points=None, items=lost, notices=(reason,), **changed)


def submission(folder: Path, student: str = "ada", text: str = "x = 1\n", name: str = "tiny.py") -> Submission:
    """A file as nbgrader collects it."""
    file = folder / student / "tiny" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return Submission(student, "tiny", file)


def report(results: Sequence[Result], assignment: str = "tiny", **changed: Any) -> Report:
    given = {"grader": "0.1.0", "numpy": "2.0", "assignment": assignment, "seed_id": "s1", "checks_version": "c1"}
    return Report(**given | changed, submissions=tuple(results))


def a_class(n: int, *, n_claims: int = 10, assignment: str = "tiny", seed: int = 0) -> list[Result]:
    """A class whose abilities and whose claims' difficulties differ."""
    chance = random.Random(seed)
    found = []
    for number in range(n):
        ability = chance.random()
        passed = [
            None if ability < 0.15 else chance.random() < 0.15 + 0.9 * ability - 0.03 * claim
            for claim in range(n_claims)
        ]
        found.append(result(f"student_{number:04}", passed, assignment=assignment, seconds=0.05 + chance.random() / 5))
    return found
