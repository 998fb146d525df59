"""How far a class is, while a person waits: how many, how fast, how long still.  In: steps.  Out: a line on stderr.

Draws when something happened and starts no thread: the grader forks, and a fork of a process with threads is unsafe.
"""

from time import monotonic
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

_FRAME_SECONDS = 0.1
"""Between two drawings: smooth enough, and no cost beside the judging."""


class Bar:
    """A progress bar with a rate and the remaining time; on what is no terminal, nothing but the sentences."""

    def __init__(self, console: Console, total: int) -> None:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
        )
        self._progress = Progress(
            *columns, console=console, transient=True, disable=not console.is_terminal, auto_refresh=False
        )
        self._task = self._progress.add_task("", total=total, rate="")
        self._drawn = 0.0

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def step(self, what: str) -> None:
        """One more is done, of this assignment."""
        speed = self._progress.tasks[self._task].speed
        self._progress.update(self._task, advance=1, description=what, rate=f"{speed:.0f}/s" if speed else "")
        if monotonic() - self._drawn >= _FRAME_SECONDS:
            self._progress.refresh()
            self._drawn = monotonic()

    def say(self, sentence: str) -> None:
        """Print a line above the bar."""
        self._progress.console.print(sentence, soft_wrap=True)
