"""Does a right answer stay right, however it is written?  In: a subject.  Out: right answers that lose a point.

Submissions in `tests/submissions/<slug>/right`, the reference in other words (`rewriting`), and answering in other
manners (`manners`). They take turns on many seeds, so that each seed's right answers are worked out once.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from grader.audit import manners, rewriting, seeds, workers
from grader.audit.subject import Make, Subject, reseeded, tried
from grader.audit.wrong import folder_of, names_of
from grader.forms import Form
from grader.outcome import Finding, Part

SECONDS = 300.0

Lost = dict[tuple[str, str], Finding]


def part(subject: Subject, tell: Callable[[float], None]) -> Part:
    """Judge every right answer on some of the seeds."""
    every = list(variants(subject))
    extent = subject.extent
    turn = math.ceil(len(every) * extent.turns / extent.right_seeds)
    jobs = [
        partial(on_seed, subject, [every[(turn * i + k) % len(every)] for k in range(turn)], f"right {i}".encode())
        for i in range(extent.right_seeds)
    ]
    findings: Lost = {}
    for done, (at, lost) in enumerate(workers.run(jobs, seconds=SECONDS, workers=subject.workers), 1):
        findings |= {("", ""): Finding(f"Seed {at} {lost.how}")} if isinstance(lost, workers.Lost) else lost
        tell(done / len(jobs))
    losing = len({name for name, _ in findings})
    summary = f"{len(every)} right answers take turns on {len(jobs)} seeds, {losing} lose points"
    figures = {"right": float(len(every)), "right_seeds": float(len(jobs)), "losing": float(losing)}
    return Part("right", summary, tuple(findings.values()), figures, tuple({"name": name} for name, _ in every))


def on_seed(subject: Subject, some: Sequence[tuple[str, Make]], seed: bytes) -> Lost:
    """What fails on one seed, by right answer and check."""
    made = reseeded(subject, seed)
    findings: Lost = {("the reference", check): Finding(sentence) for check, sentence in seeds.ready(made).items()}
    for name, make in some:
        verdict = tried(made, subject.starter(make), made.checks)
        for check, failure in verdict.failed.items():
            findings[name, check] = Finding(f"{name} fails {check}: {failure}")
        findings |= {(name, finding.where): finding for finding in verdict.broke}
    return findings


def variants(subject: Subject) -> Iterator[tuple[str, Make]]:
    """Right submissions, and the reference in other words and in other manners."""
    for file in sorted((folder_of(subject) / "right").glob("*.py")):
        yield f"right/{file.name}", partial(names_of, subject, file)
    for name, tree in rewriting.ways(subject.tree).items():
        yield f"The reference with {name}", partial(subject.namespace, tree)
    for name, manner in manners.manners().items():
        if any(manner(print, form) is not print for form in subject.exercise.forms.values()):
            yield f"The reference with {name}", partial(mannered, subject, manner)


def mannered(subject: Subject, manner: Callable[[manners.Function, Form], manners.Function]) -> dict[str, Any]:
    """Graded functions that answer in another manner, and call one another as the reference does."""
    namespace = subject.namespace()
    return namespace | {name: manner(namespace[name], form) for name, form in subject.exercise.forms.items()}
