"""What becomes of results as they come.  In: each result once.  Out: tables' figures, reports, sentences.

A sink keeps no more of a result than it needs, so that a class may be of any size. What one of them cannot do is said
and stops neither the run nor the others.
"""

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from grader import run
from grader.emit import formats, json
from grader.emit.tally import Tally
from grader.report import Report, Result, named
from grader.workers import Batch, Graded


class Sink(Protocol):
    """One of those who want the results."""

    @property
    def complete(self) -> bool:
        """Whether all that was taken is where it should be; asked after `end`."""

    def take(self, one: Graded) -> Iterable[str]:
        """Take one result; give what the instructor should know at once."""

    def end(self) -> Iterable[str]:
        """Finish: no more will come, be it that all have come or that the run was stopped. Give what came of it."""


class Tallies:
    """The figures of the tables, and one student's results in full."""

    complete = True

    def __init__(self, assignments: Sequence[str], student: str = "") -> None:
        self.tallies = [Tally(assignment) for assignment in assignments]
        self._student = student
        self._in_full: dict[tuple[int, int], Result] = {}

    @property
    def in_full(self) -> list[Result]:
        """The student's results, in the order of the submissions."""
        return [self._in_full[key] for key in sorted(self._in_full)]

    @property
    def count(self) -> int:
        """How many results there are."""
        return sum(tally.count for tally in self.tallies)

    @property
    def unjudged(self) -> int:
        """How many of them have no points, by no fault of the student's."""
        return sum(tally.unjudged for tally in self.tallies)

    def take(self, one: Graded) -> Iterable[str]:
        """Count it."""
        self.tallies[one.batch].take(one.place, one.result)
        if self._student and one.result.student == self._student:
            self._in_full[one.batch, one.place] = one.result
        return ()

    def end(self) -> Iterable[str]:
        """Say whether the student was found."""
        if self._student and not self._in_full:
            yield f"There is no submission of {self._student!r}."


class Reports:
    """The report of each assignment as JSON: in `path`, or in a folder of that name where there may be several."""

    def __init__(self, batches: Sequence[Batch], path: Path, *, many: bool) -> None:
        """Begin them all; raises OSError where one could not be written, before anything is judged."""
        self._path, self._trouble = path, ""
        with contextlib.ExitStack() as opened:
            self._streams = [
                opened.enter_context(json.Stream(run.report(exercise, ()), self._file(exercise.slug, many=many)))
                for exercise in (batch.marking.exercise for batch in batches)
            ]
            self._opened = opened.pop_all()

    def _file(self, slug: str, *, many: bool) -> Path:
        return self._path / f"{slug}.json" if many else self._path

    @property
    def complete(self) -> bool:
        """Whether they are all written."""
        return not self._trouble

    def take(self, one: Graded) -> Iterable[str]:
        """Keep it for its report; after a failure, which is said once, nothing more."""
        if self._trouble:
            return
        try:
            self._streams[one.batch].take(one.place, one.result)
        except OSError as error:
            yield self._failed(error)

    def end(self) -> Iterator[str]:
        """Write the reports, or leave what was there."""
        with self._opened:
            if self._trouble:
                return
            try:
                for stream in self._streams:
                    stream.finish()
            except OSError as error:
                yield self._failed(error)

    def _failed(self, error: OSError) -> str:
        self._trouble = not_written(self._path, error)
        return self._trouble


class Formats:
    """Other formats: of a submission as it comes, of a class at the end, which so long is kept in memory."""

    def __init__(self, batches: Sequence[Batch], wanted: Sequence[tuple[str, Path]], *, many: bool) -> None:
        """Of each batch, what is `wanted`: names of formats, and where to."""
        self._wanted, self._many, self._complete = wanted, many, True
        self._heads = [run.report(batch.marking.exercise, ()) for batch in batches]
        self._stems = [formats.file_names([named(one.student) for one in batch.submissions]) for batch in batches]
        self._kept: list[dict[int, Result]] = [{} for _ in batches]
        self._of_a_class = any(formats.FORMATS[name].holds == "report" for name, _ in wanted)
        self._given_up: set[str] = set()
        self.for_stdout: list[str] = []

    @property
    def complete(self) -> bool:
        """Whether every file is written, and holds everybody."""
        return self._complete

    def take(self, one: Graded) -> Iterator[str]:
        """Write what holds one submission; keep it for what holds a class."""
        if self._of_a_class:
            self._kept[one.batch][one.place] = one.result
        report = replace(self._heads[one.batch], submissions=(one.result,))
        yield from self._written("submission", report, self._stems[one.batch][one.place])

    def end(self) -> Iterator[str]:
        """Write what holds a class."""
        for head, kept in zip(self._heads, self._kept, strict=True):
            yield from self._written("report", replace(head, submissions=tuple(kept[place] for place in sorted(kept))))

    def _written(self, holds: str, report: Report, stem: str = "") -> Iterator[str]:
        for name, path in self._wanted:
            if formats.FORMATS[name].holds != holds or name in self._given_up:
                continue
            at = path if path == formats.STDOUT else formats.target(
                name, path, report.assignment, stem, many=self._many
            )  # fmt: skip
            for file in formats.files(name, report, at):
                yield from self._put(name, file)

    def _put(self, name: str, file: formats.File) -> Iterator[str]:
        """Write one file; what cannot be is said, and where one could not be written, no more of that format are."""
        if file.text is None:
            self._complete = self._complete and file.expected
            yield f"{name}: {file.sentence}"
        elif file.path == formats.STDOUT:
            self.for_stdout.append(file.text)
        else:
            try:
                json.put(file.text, file.path)
            except OSError as error:
                self._complete = False
                self._given_up.add(name)
                yield f"{name} could not be written to {file.path}: {error.strerror}."


def not_written(path: Path, error: OSError) -> str:
    """The sentence for a report that cannot be written."""
    return f"The report could not be written to {path}: {error.strerror}."
