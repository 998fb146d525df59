"""Does a right answer stay right, however it is written?  In: a subject.  Out: rewritten references that lose a point.

The reference in other words (`rewriting`), and answering in other manners (`manners`), judged on several seeds.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from grader import recorded
from grader.audit import manners, rewriting, workers
from grader.audit.subject import Make, Subject, Verdict, reseeded, tried
from grader.forms import Form
from grader.outcome import Finding, Part

SECONDS = 120.0


def part(subject: Subject, tell: Callable[[float], None]) -> Part:
    """Judge every rewriting on every seed."""
    every = dict(rewritten(subject))
    seeds = [f"rewrite {i}".encode() for i in range(subject.extent.rewrite_seeds)]
    jobs = [partial(on_seed, subject, every, seed) for seed in seeds]
    findings: dict[tuple[str, str], Finding] = {}
    for done, (_, lost) in enumerate(workers.run(jobs, seconds=SECONDS, workers=subject.workers), 1):
        if isinstance(lost, workers.Lost):
            findings["", ""] = Finding(f"a seed of the rewritings {lost.how}")
        else:
            findings |= lost
        tell(done / len(jobs))
    summary = f"{len(every)} ways of writing on {len(seeds)} seeds, {len(findings)} lose points"
    figures = {"ways": len(every), "seeds": len(seeds), "losing": len(findings)}
    return Part("rewrites", summary, tuple(findings.values()), figures, tuple({"way": name} for name in every))


def on_seed(subject: Subject, every: dict[str, Make], seed: bytes) -> dict[tuple[str, str], Finding]:
    """What fails on one seed, by way and check."""
    made = reseeded(subject, seed)
    recorded.make_ready(made)
    findings = {}
    for name, make in every.items():
        verdict: Verdict = tried(made, subject.starter(make), made.checks)
        for check, failure in verdict.failed.items():
            findings[name, check] = Finding(f"the reference with {name} fails {check}: {failure}")
        findings |= {(name, finding.where): finding for finding in verdict.broke}
    return findings


def rewritten(subject: Subject) -> Iterator[tuple[str, Make]]:
    """The reference in other words and in other manners."""
    for name, tree in rewriting.ways(subject.tree).items():
        yield name, partial(subject.namespace, tree)
    for name, manner in manners.manners().items():
        if any(manner(print, form) is not print for form in subject.exercise.forms.values()):
            yield name, partial(mannered, subject, manner)


def mannered(subject: Subject, manner: Callable[[manners.Function, Form], manners.Function]) -> dict[str, Any]:
    """Graded functions that answer in another manner, and call one another as the reference does."""
    namespace = subject.namespace()
    return namespace | {name: manner(namespace[name], form) for name, form in subject.exercise.forms.items()}
