"""How often does chance fail a right answer?  In: a subject.  Out: the computed bound, and what many seeds say.

The bound is what counts: no number of seeds shows one in a thousand million. The seeds show that the claims hold for
the reference on draws that nobody chose.
"""

from collections.abc import Callable, Sequence
from functools import partial

from grader import recorded
from grader.audit import workers
from grader.audit.places import place_of
from grader.audit.subject import Subject, reseeded
from grader.chance import BUDGET
from grader.exercise import Exercise
from grader.outcome import Finding, Part

SECONDS = 300.0
BATCH = 10


def part(subject: Subject, tell: Callable[[float], None]) -> Part:
    """Run every check on the reference, on many seeds."""
    seeds = [f"seed {i}".encode() for i in range(subject.extent.seeds)]
    batches = [seeds[i : i + BATCH] for i in range(0, len(seeds), BATCH)]
    failed: dict[str, list[str]] = {}
    findings = []
    jobs = [partial(on_seeds, subject, batch) for batch in batches]
    for done, (_, found) in enumerate(workers.run(jobs, seconds=SECONDS, workers=subject.workers), 1):
        if isinstance(found, workers.Lost):
            findings.append(Finding(f"A batch of {BATCH} seeds {found.how}"))
        else:
            for check, sentence in found:
                failed.setdefault(check, []).append(sentence)
        tell(done / len(jobs))
    places = {check.id: place_of(check) for check in subject.exercise.checks}
    for check, sentences in failed.items():
        findings.append(Finding(f"{sentences[0]} (on {len(sentences)} of {len(seeds)} seeds)", places[check]))
    bound = subject.exercise.chance
    if bound > BUDGET:
        findings.append(Finding(f"Chance fails a right submission with up to {bound:.1e}; the budget is {BUDGET:.0e}"))
    summary = f"{len(seeds)} seeds, {len(failed)} checks fail; computed bound {bound:.1e}"
    figures = {"seeds": float(len(seeds)), "failing": float(len(failed)), "bound": bound}
    rows = tuple({"check": c.id, "chance": c.chance} for c in subject.exercise.checks if c.chance)
    return Part("chance", summary, tuple(findings), figures, rows)


def on_seeds(subject: Subject, seeds: Sequence[bytes]) -> list[tuple[str, str]]:
    """(check, sentence) for what does not hold for the reference."""
    return [found for seed in seeds for found in ready(reseeded(subject, seed)).items()]


def ready(made: Exercise) -> dict[str, str]:
    """Run every check on the reference, so that its hidden draws and right answers are on tape; what does not hold."""
    failed = {}
    for check in made.checks:
        for index in range(check.draws):
            sentence, _ = recorded.try_reference(made, check, index, small=False)
            if sentence is not None:
                failed[check.id] = sentence
                break
    return failed
