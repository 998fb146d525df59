"""The seventh exercise: the one that `grader new exercise` makes, and docs/writing-an-exercise.md shows."""

import re
from pathlib import Path

from grader.audit.subject import Extent
from grader.course import Course, open_course
from grader.scaffold import texts

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "writing-an-exercise.md"
SLUG = "ridge"
SMALL = Extent("full", seeds=10, right_seeds=4, turns=2, every=1)
"""All parts, on few seeds: what many seeds show is the audit of the course itself."""


def shown_files() -> dict[str, str]:
    """The page's files by their path."""
    return dict(re.findall(r"^`([\w/.]+)`\n\n```\w+\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL))


def make(root: Path, changes: dict[str, tuple[str, str]] | None = None) -> Course:
    """The exercise in `root`, without submissions; `changes` replaces text: file name → (old, new)."""
    for path, entry in texts.exercise(SLUG).items():
        if not path.startswith("tests/"):
            text = entry.data.decode()
            old, new = (changes or {}).get(Path(path).name, ("", ""))
            assert old in text
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text.replace(old, new) if old else text, "utf-8")
    return open_course(root)
