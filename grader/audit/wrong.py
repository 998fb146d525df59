"""Wrong submissions as people write them.  In: a subject with `tests/submissions/<slug>/wrong`.  Out: what is unjust.

One whose first line is `# wrong: <function> | <what>` loses points in that function, and elsewhere only in functions
that its second line, `# uses: <function>, …`, owns to. What its mistake is called stands in `names.toml` beside the
folder, `file = "name"` or `file = ""` for facts alone, written by somebody who has read both.
"""

import __future__

import ast
import contextlib
import sys
import tomllib
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from grader import judge
from grader.audit import workers
from grader.audit.subject import Subject, Verdict, tried
from grader.outcome import Finding, Part
from grader.report import Item

SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Wrong:
    """What a wrong submission says of itself."""

    function: str
    what: str
    uses: frozenset[str]


def folder_of(subject: Subject) -> Path:
    """Where the exercise's submissions lie."""
    return subject.course.root / "tests" / "submissions" / subject.slug


@dataclass(frozen=True, slots=True)
class Judged:
    """What is said of a wrong submission."""

    items: tuple[Item, ...]
    verdict: Verdict

    @property
    def names(self) -> list[str]:
        """What its mistakes are called."""
        return sorted({item.mistake for item in self.items if item.mistake})

    @property
    def lost(self) -> list[Item]:
        """The claims that it fails."""
        return [item for item in self.items if item.status in {"failed", "skipped"}]


def part(subject: Subject, tell: Callable[[float], None]) -> Part:
    """Judge wrong submissions, each once."""
    everything = sorted((folder_of(subject) / "wrong").glob("*.py"))
    files = everything[:: subject.extent.every]
    file = folder_of(subject) / "names.toml"
    try:
        expected: dict[str, Any] = tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return Part(
            "wrong",
            "names.toml cannot be read",
            (Finding(f"It is no TOML: {error}", f"tests/submissions/{subject.slug}/names.toml"),),
        )
    found: dict[int, Judged | workers.Lost] = {}
    jobs = [partial(_judged, subject, file) for file in files]
    for at, judged in workers.run(jobs, seconds=SECONDS, workers=subject.workers):
        found[at] = judged
        tell(len(found) / len(jobs))
    rows: list[dict[str, object]] = []
    findings = [
        Finding(f"names.toml tells of {name}, which is no file")
        for name in set(expected) - {f.stem for f in everything}
    ]
    for at, file in enumerate(files):
        judged = found[at]
        if isinstance(judged, workers.Lost):
            findings.append(Finding(f"{file.name} {judged.how}"))
            continue
        subject.note(judged.verdict, f"wrong submission {file.stem}")
        rows.append(_row(file, judged))
        findings += [*_faults(file, judged, expected.get(file.stem)), *judged.verdict.broke]
    named = sum(bool(row["named"]) for row in rows)
    summary = f"{len(files)} wrong submissions, {named} named, {len(rows) - named} described"
    figures = {"submissions": float(len(files)), "named_wrong": float(named)}
    return Part("wrong", summary, tuple(findings), figures, tuple(rows))


def _judged(subject: Subject, file: Path) -> Judged:
    start = subject.starter(partial(names_of, subject, file))
    items = tuple(judge.judge(subject.exercise, start))
    return Judged(items, tried(subject.exercise, start, subject.exercise.checks))


def _row(file: Path, judged: Judged) -> dict[str, object]:
    of = header(file)
    said = next((item.finding for item in judged.lost if item.function == of.function), None)
    lost = [item.id for item in judged.lost]
    return {
        "file": file.stem,
        "function": of.function,
        "what": of.what,
        "named": judged.names,
        "lost": lost,
        "finding": said,
    }


def _faults(file: Path, judged: Judged, told: Any) -> Iterator[Finding]:
    """What is unjust about what is said of it; nothing of that, where it is not about this exercise."""
    function = header(file).function
    if function in {item.function for item in judged.items}:
        yield from _unjust(file, judged)
        yield from _misnamed(file, judged, told)
    else:
        yield Finding(f"{file.name} is wrong in {function!r}, its first line says, and no function here is called so")


def _unjust(file: Path, judged: Judged) -> Iterator[Finding]:
    """Points that are lost where nothing is wrong, or not lost where something is."""
    of = header(file)
    lost = {item.function or "" for item in judged.lost}
    if of.function not in lost:
        yield Finding(f"{file.name} is wrong in {of.function} and loses nothing there")
    for name in sorted(lost - {of.function, *of.uses}):
        yield Finding(f"{file.name} loses points in {name} too")
    for item in judged.items:
        if item.status == "unjudged":
            yield Finding(f"{file.name} leaves {item.id} unjudged: {item.finding}")


def _misnamed(file: Path, judged: Judged, told: Any) -> Iterator[Finding]:
    """A name that nobody has read, or another one than somebody wrote down as true."""
    if told is None:
        names = ", ".join(judged.names) or "nothing"
        yield Finding(f"{file.name} is called {names}: is that true? Say so in names.toml", red=False)
    elif judged.names != sorted([told] if isinstance(told, str) and told else told):
        yield Finding(f"{file.name} is called {judged.names}; it is {told!r}")


def header(file: Path) -> Wrong:
    """What the first two lines say."""
    first, second, *_ = [*file.read_text("utf-8").splitlines(), "", ""]
    function, _, what = first.removeprefix("# wrong:").partition("|")
    uses = second.removeprefix("# uses:").split(",") if second.startswith("# uses:") else []
    return Wrong(function.strip(), what.strip(), frozenset(name.strip() for name in uses))


def names_of(subject: Subject, file: Path) -> dict[str, Any]:
    """A submission's names, run as a module of the slug's name; called in a worker, in the data's folder.

    A statement that raises stops only itself, as in the sandbox.
    """
    module = types.ModuleType(subject.slug)
    module.__dict__["__file__"] = f"{subject.slug}.py"
    sys.modules[subject.slug] = module  # dataclasses look their module up
    flags = 0
    for statement in ast.parse(file.read_text("utf-8")).body:
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            flags |= sum(getattr(__future__, alias.name).compiler_flag for alias in statement.names)
        code = compile(ast.Module([statement], []), str(file), "exec", flags, dont_inherit=True)
        with contextlib.suppress(Exception):
            exec(code, module.__dict__)  # noqa: S102 - the author's own tests
    return module.__dict__
