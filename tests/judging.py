"""The course's exercises, made ready once a run, and submissions judged in this very process or in the sandbox."""

import contextlib
import io
import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from grader import course, judge, recorded, run
from grader.exercise import Exercise
from grader.inprocess import InProcess
from grader.program import data_of
from grader.report import Item, Result
from grader.sandbox import Zygote
from grader.submission import ReleasedNotebook, Submission

os.environ["MPLBACKEND"] = "Agg"  # submissions plot, and nobody looks

ROOT = Path(__file__).parents[1]
COURSE = course.open_course(ROOT)
SLUGS = COURSE.slugs
SECRET = bytes(range(16))


@cache
def ready(slug: str, secret: bytes = SECRET) -> Exercise:
    """An assignment of the course whose draws and right answers are on tape."""
    made = course.exercise(COURSE, slug, secret)
    assert recorded.make_ready(made) == {}
    return made


def names_of(source: str, slug: str) -> Mapping[str, Any]:
    """The names of a submission, run in the folder of the assignment's data, as a module of the slug's name."""
    module = ModuleType(slug)
    before = sys.modules.get(slug)
    sys.modules[slug] = module  # dataclasses look their module up
    try:
        with _in_its_folder(slug):
            exec(compile(source, f"<{slug}>", "exec"), module.__dict__)
    finally:
        del sys.modules[slug]
        if before is not None:
            sys.modules[slug] = before
    return module.__dict__


@contextlib.contextmanager
def _in_its_folder(slug: str) -> Iterator[None]:
    with (
        contextlib.chdir(ROOT / "source" / slug),
        contextlib.redirect_stdout(io.StringIO()),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield


def judged_here(exercise: Exercise, names: Mapping[str, Any], **options: Any) -> list[Item]:
    """The items of a submission that runs in this process, with nothing judged twice."""

    @contextlib.contextmanager
    def start(stubs: Sequence[str] = ()) -> Iterator[InProcess]:
        with _in_its_folder(exercise.slug):
            yield InProcess(dict(names), quiet=True)

    return list(judge.judge(exercise, start, **({"follow_through": False} | options)))


def judged_in_sandbox(
    exercise: Exercise, file: Path, release: ReleasedNotebook | None = None, zygote: Zygote | None = None
) -> Result:
    """One file, judged as `grader grade` does; without walls, which have tests of their own."""
    marking = run.Marking(exercise, release or ReleasedNotebook(exercise.slug), {}, COURSE.limits)
    submission = Submission(file.stem, exercise.slug, file)
    if zygote is not None:
        return run.judged(marking, submission, zygote)
    with Zygote("none", COURSE.limits, exercise.data) as own:
        return run.judged(marking, submission, own)


def lost(items: Sequence[Item]) -> dict[str, list[str]]:
    """The claims that did not hold, by function, each with its status and finding."""
    found: dict[str, list[str]] = {}
    for item in items:
        if item.status not in {"passed", "manual"}:
            found.setdefault(str(item.function), []).append(f"{item.id} {item.status}: {item.finding}")
    return found


@cache
def replayed(slug: str) -> Exercise:
    """An assignment as a student has it: recorded now from the sources, no reference and no SymPy behind it."""
    folder = Path(tempfile.mkdtemp(prefix=f"{slug}-"))
    try:
        source = ROOT / "source" / slug
        shutil.copy(source / "checks.py", folder)
        for name, data in data_of(source).items():
            (folder / name).write_bytes(data)
        (folder / "recorded.json").write_bytes(recorded.dump(course.exercise(COURSE, slug), "made now"))
        made = course.released(folder)
    finally:
        shutil.rmtree(folder)
    made.derivations.folder = None
    return made
