"""What does a check cost?  In: a subject.  Out: milliseconds and calls of each on the reference, slowest first.

Right answers are on tape, as they are from the second submission of a class on: what is measured is the submission's
own code, and what the check adds. Time is that of the process, the least of several rounds.
"""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from grader.audit.places import place_of
from grader.audit.subject import Subject
from grader.claims import Check
from grader.inprocess import InProcess
from grader.outcome import Finding, Part
from grader.student import Student

MOST_MS = 25.0
"""Of the reference's own code, over all checks of one submission: 2000 submissions take less than a minute of it."""
SLOW_MACHINE = 3
"""A machine may be so many times slower than the one that the budget was made for, before its audit is red."""
MOST_CALLS = 400
ROUNDS = 5


@dataclass
class Cost:
    """What one check costs, over all its draws."""

    check: str
    own_ms: float
    """In the submission's own functions."""
    all_ms: float
    calls: int


def part(subject: Subject, tell: Callable[[float], None]) -> Part:
    """Measure every check."""
    costs = []
    for done, check in enumerate(subject.exercise.checks, 1):
        costs.append(measured(subject, check))
        tell(done / len(subject.exercise.checks))
    costs.sort(key=lambda cost: -cost.own_ms)
    own, everything = sum(cost.own_ms for cost in costs), sum(cost.all_ms for cost in costs)
    calls = sum(cost.calls for cost in costs)
    slowest = next((check for check in subject.exercise.checks if costs and check.id == costs[0].check), None)
    where = place_of(slowest) if slowest else ""
    findings = []
    if own > MOST_MS:
        sentence = f"The reference takes {own:.0f} ms; at most {MOST_MS:.0f} are wanted"
        findings.append(Finding(sentence, where, red=own > SLOW_MACHINE * MOST_MS))
    if calls > MOST_CALLS:
        findings.append(Finding(f"A submission is called {calls} times; at most {MOST_CALLS} are wanted", where))
    summary = f"{own:.1f} ms in the submission's code, {everything:.1f} ms in all, {calls} calls"
    figures = {"own_ms": own, "all_ms": everything, "calls": float(calls)}
    return Part("cost", summary, tuple(findings), figures, tuple(asdict(cost) for cost in costs))


def measured(subject: Subject, check: Check) -> Cost:
    """One check's cost, the least of several rounds."""
    rounds = [_round(subject, check) for _ in range(ROUNDS)]
    return Cost(check.id, min(r.own_ms for r in rounds), min(r.all_ms for r in rounds), rounds[0].calls)


def _round(subject: Subject, check: Check) -> Cost:
    clock = [0.0]
    functions = {name: _timed(getattr(subject.reference.module, name), clock) for name in subject.exercise.forms}
    calls = 0
    with subject.reference.within():
        backend = InProcess(functions, quiet=True)
        began = time.process_time()
        for index in range(check.draws):
            _, truth, draw = subject.exercise.inputs(check, index, small=False)
            student = Student(backend, subject.exercise.forms)
            check.run(student, truth, draw)
            calls += len(student.trace)
        everything = time.process_time() - began
    return Cost(check.id, 1e3 * clock[0], 1e3 * everything, calls)


def _timed(function: Callable[..., Any], clock: list[float]) -> Callable[..., Any]:
    def call(*args: Any, **named: Any) -> Any:
        began = time.process_time()
        try:
            value = function(*args, **named)
            return list(value) if hasattr(value, "__next__") else value
        finally:
            clock[0] += time.process_time() - began

    return call
