"""Would the checks notice?  In: a subject.  Out: each mutant of its reference, killed or surviving, with the reason.

A mutant of a graded function must be killed by a claim about that function, a mutant of a helper by any claim. A
survivor needs a reason in `solutions/<slug>.toml` (see `reasons`).
"""

import ast
import difflib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from grader.audit import habits, mutations, reasons, workers
from grader.audit.places import shown
from grader.audit.subject import Make, Mutant, Subject, Verdict, tried
from grader.claims import Check
from grader.outcome import Finding, Part

SECONDS = 8.0
"""A mutant that needs longer would have been stopped in the sandbox; its checks count as failed."""
AIM = 0.97


def part(subject: Subject, tell: Callable[[float], None]) -> Part:
    """Try mutants of every function."""
    mutants = [*of_text(subject), *habits.mutants(subject)][:: subject.extent.every]
    jobs = [partial(tried, subject.exercise, subject.starter(m.make), judges(subject, m.function)) for m in mutants]
    verdicts: dict[int, Verdict | workers.Lost] = {}
    for at, verdict in workers.run(jobs, seconds=SECONDS, workers=subject.workers):
        verdicts[at] = verdict
        tell(len(verdicts) / len(mutants))
    return reported(subject, [(mutant, verdicts[at]) for at, mutant in enumerate(mutants)])


def reported(subject: Subject, tries: Sequence[tuple[Mutant, Verdict | workers.Lost]]) -> Part:
    """Survivors beside their reasons."""
    known = reasons.read(subject.solution.with_suffix(".toml"))
    findings = [*known.findings]
    count: Counter[str] = Counter()
    rows = []
    for mutant, verdict in tries:
        by = [verdict.how] if isinstance(verdict, workers.Lost) else list(verdict.failed)
        reason = known.of.get(key_of(mutant))
        equivalent = key_of(mutant) in known.equivalent
        count[
            "killed" if by else "equivalent" if equivalent else "with a reason" if reason else "without a reason"
        ] += 1
        rows.append(_row(mutant, by, reason) | {"equivalent": equivalent})
        findings += _about(subject, mutant, by, reason, known.where)
    findings += _broken(tries)
    for mutant, verdict in tries:
        if isinstance(verdict, Verdict):
            subject.note(verdict, f"mutant of {mutant.function}: {mutant.becomes}")
    if subject.extent.whole:
        gone = set(known.of) - {key_of(mutant) for mutant, _ in tries}
        findings += [
            Finding(f"gives a reason for a mutant that there is not: {key[2]}", known.where) for key in sorted(gone)
        ]
    unlike = len(tries) - count["equivalent"]
    share = count["killed"] / unlike if unlike else 1.0
    if subject.extent.whole and share < AIM:
        findings.append(Finding(f"only {share:.1%} of the mutants are killed; the aim is {AIM:.0%}"))
    summary = f"{count['killed']} of {unlike} killed ({share:.1%})" + "".join(
        f", {count[what]} survive {what}" for what in ("with a reason", "without a reason") if count[what]
    )
    summary += f"; {count['equivalent']} more are equivalent" if count["equivalent"] else ""
    figures = {
        "mutants": float(unlike),
        "killed": float(count["killed"]),
        "with_reason": float(count["with a reason"]),
        "equivalent": float(count["equivalent"]),
    }
    return Part("mutants", summary, tuple(findings), figures, tuple(rows))


def key_of(mutant: Mutant) -> reasons.Key:
    """How its reason is found."""
    return reasons.key(mutant.function, mutant.was, mutant.becomes)


def _row(mutant: Mutant, by: list[str], reason: str | None) -> dict[str, object]:
    return {
        "function": mutant.function,
        "line": mutant.line,
        "was": mutant.was,
        "becomes": mutant.becomes,
        "killed_by": by,
        "reason": reason,
    }


def _about(subject: Subject, mutant: Mutant, by: list[str], reason: str | None, file: str) -> Iterator[Finding]:
    if not by and reason is None:
        where = shown(subject.solution, mutant.line)
        yield Finding(f"survives in {mutant.function}: {mutant.was} → {mutant.becomes}", where)
    if by and reason is not None:
        yield Finding(f"gives a reason for a mutant that {by[0]} kills: {mutant.becomes}", file)


def _broken(tries: Sequence[tuple[Mutant, Verdict | workers.Lost]]) -> list[Finding]:
    """Checks that raise by themselves on a wrong answer: each once, with the first mutant that shows it."""
    found: dict[str, Finding] = {}
    for mutant, verdict in tries:
        for finding in verdict.broke if isinstance(verdict, Verdict) else ():
            found.setdefault(
                finding.where, Finding(f"{finding.sentence} (on a mutant: {mutant.becomes})", finding.where)
            )
    return list(found.values())


def judges(subject: Subject, function: str) -> Sequence[Check]:
    """The checks that must notice: those of a graded function and its partner by a cache, all for a helper."""
    exercise = subject.exercise
    if function not in exercise.forms:
        return exercise.checks
    return [check for name in exercise.paired([function]) for check in exercise.of(name)]


def of_text(subject: Subject) -> Iterator[Mutant]:
    """The mutants of the reference's text."""
    for place, function in enumerate(subject.tree.body):
        if not isinstance(function, ast.FunctionDef):
            continue
        text = ast.unparse(function)
        seen = {text}
        for line, tree in [*mutations.altered(function), *mutations.swapped_names(function)]:
            changed = ast.unparse(tree)
            if changed not in seen:
                seen.add(changed)
                was, becomes = _difference(text.splitlines(), changed.splitlines())
                yield Mutant(function.name, line, was, becomes, _made(subject, place, changed))


def _made(subject: Subject, place: int, function: str) -> Make:
    def make() -> dict[str, object]:
        body = list(subject.tree.body)
        body[place] = ast.parse(function).body[0]
        return subject.namespace(ast.Module(body, []))

    return make


def _difference(was: list[str], becomes: list[str]) -> tuple[str, str]:
    """The lines that changed, without their indentation."""
    old: list[str] = []
    new: list[str] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, was, becomes, autojunk=False).get_opcodes():
        if tag != "equal":
            old += was[a:b]
            new += becomes[c:d]
    return "; ".join(line.strip() for line in old), "; ".join(line.strip() for line in new)
