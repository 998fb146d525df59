"""A file that a person names → the assignment and the release that it belongs to, by where it lies. Opens nothing."""

from collections.abc import Sequence
from pathlib import Path

from grader.submission.find import UsageError


def assignment_of(file: Path, slugs: Sequence[str]) -> str:
    """The assignment that a file is for: its name, or a folder's above it.

    Raises:
        UsageError: none of them is the name of an assignment.

    """
    for name in (file.stem, *(parent.name for parent in file.parents)):
        if name in slugs:
            return name
    raise UsageError(
        f"Which assignment is {file.name} for? Name the file, or its folder, after one of: {', '.join(slugs)}."
    )


def release_of(file: Path) -> Path:
    """The folder with recorded.json: beside the file, or above it by its name in a course's `assignments/`.

    Raises:
        UsageError: there is none.

    """
    places = [
        file.parent,
        *(parent / "assignments" / file.stem for parent in file.parents),
        *(parent / "source" / file.stem for parent in file.parents),
    ]
    for place in places:
        if (place / "recorded.json").is_file():
            return place
    raise UsageError(
        f"recorded.json is not beside {file.name}: check it in the assignment's own folder, or give --course."
    )
