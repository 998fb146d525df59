"""Who is at fault: the author of a failure is in its type. Never decides what a fault costs.

Every `StudentError` becomes a finding. `SandboxLost` and every other exception is ours or the author's, and leaves
an item unjudged.
"""

from dataclasses import dataclass


class StudentError(Exception):
    """The submission is at fault; the sentence is fit for its author."""


@dataclass
class StudentRaised(StudentError):
    """The student's code raised.

    `text` and `source_line` come from the student's process and are shown only where no hidden draw was involved.
    """

    type_name: str
    builtin_name: str
    """The nearest class of Python's or NumPy's own, so that the name tells nothing of a hidden draw."""
    text: str
    label: str | None
    """The cell or line label of the innermost frame in the student's own code; None where there is none."""
    line: int | None
    """The line in the shown file or cell."""
    source_line: str
    innermost_name: str
    """The student's function that raised."""

    def __str__(self) -> str:
        return f"{self.type_name}: {self.text}" if self.text else self.type_name


@dataclass
class StudentTimeout(StudentError):
    """The student's code did not end within its time; its process is gone."""

    seconds: float
    what: str
    """"call" or "cell"."""

    def __str__(self) -> str:
        return f"did not finish within {self.seconds:g} s"


@dataclass
class StudentDied(StudentError):
    """The student's process ended itself, or was ended for what it did; `how` is a clause that follows "your code"."""

    how: str

    def __str__(self) -> str:
        return self.how


class SandboxLost(Exception):
    """The machine failed the student: a process that could not be started, or no memory left for the grader."""
