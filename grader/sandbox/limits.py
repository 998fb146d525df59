"""What a submission may use; the numbers of `[tool.grader.limits]`, each with its reason."""

from dataclasses import dataclass

MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """The defaults leave an honest submission a factor of ten or more."""

    call_seconds: float = 2.0
    """Wall and CPU. The slowest honest call, a training of some hundred epochs, takes a tenth of it."""
    cell_seconds: float = 5.0
    """A cell may read data and train once for itself."""
    submission_seconds: float = 60.0
    """All children of one submission together: a class of 100 that hangs everywhere ends within the hour on 2 cores."""
    memory_mb: int = 1024
    """Beyond what Python and NumPy take: ten times the largest thing an exercise makes."""
    output_kb: int = 64
    """Of stdout and stderr, kept: more than anybody reads."""
    answer_mb: int = 16
    """Of one call's answer (or one batch's): a hundred times the largest right answer."""
    callback_kb: int = 1024
    """Of what a submission hands to a function of ours: we work on it, so it is kept small."""
    file_mb: int = 16
    """Of one file that a submission writes."""
    disk_mb: int = 64
    """Of all files that a submission writes."""
    files: int = 1_000
    """That a submission may leave in its working directory."""
    calls: int = 20_000
    """Of ours, back from one call: a numerical gradient of 1000 parameters takes 2000."""
    yields: int = 10_000
    """Items drained from one iterable: three times the largest honest epoch, and a tenth of a second."""


GRACE_SECONDS = 0.5
"""From the alarm inside the child to SIGKILL: what `except` and `finally` of a fair program need."""
