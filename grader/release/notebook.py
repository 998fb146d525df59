"""A source notebook → what its author must mend, and the student's version, byte for byte as nbgrader makes it.

nbgrader's own preprocessors would do the second half, but importing them takes 5 to 8 s and their installation 500 MB,
which every CI run of `grader release --check` would pay. What they do to a notebook of this course is the forty lines
below. What they would do to others (hidden tests, marking schemes, generated tests) is refused, so that the two never
differ in silence, and a test holds them equal by running nbgrader's command.
"""

import hashlib
import json
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Annotated, Any, Literal

import msgspec

from grader.release.solutions import Unfit, regions
from grader.submission import ReleasedNotebook, Role

CODE_STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
TEXT_STUB = "YOUR ANSWER HERE"
FOREIGN = ("BEGIN HIDDEN TESTS", "BEGIN MARK SCHEME", "AUTOTEST")


class Metadata(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A cell's `nbgrader` metadata, schema 3."""

    grade: bool
    locked: bool
    solution: bool
    schema_version: Literal[3]
    task: bool = False
    grade_id: Annotated[str, msgspec.Meta(pattern=r"^[a-zA-Z0-9_\-]+$")] | None = None
    points: Annotated[float, msgspec.Meta(ge=0)] | None = None
    cell_type: Literal["code", "markdown", "raw"] | None = None
    checksum: Annotated[str, msgspec.Meta(min_length=32, max_length=32)] | None = None

    @property
    def is_locked(self) -> bool:
        """Whether the student's copy is overwritten before grading."""
        return not self.solution and (self.grade or self.locked)

    @property
    def is_anything(self) -> bool:
        return self.grade or self.solution or self.locked
