"""The templates with a name filled in.  In: an exercise's name.  Out: a `Bundle`. Never writes.

A template is a text with `@SLUG@` and `@TITLE@` in it; Python is kept as `.txt`, being no part of the program.
"""

from collections.abc import Mapping
from importlib import resources

from grader.export.bundle import Bundle, Entry

_EXERCISE = {
    "solutions/@SLUG@.py": "exercise/solution.py.txt",
    "source/@SLUG@/@SLUG@.ipynb": "exercise/notebook.ipynb",
    "source/@SLUG@/checks.py": "exercise/checks.py.txt",
    "source/@SLUG@/mistakes.py": "exercise/mistakes.py.txt",
    "tests/submissions/@SLUG@/names.toml": "exercise/names.toml",
    "tests/submissions/@SLUG@/right/loops.py": "exercise/right_loops.py.txt",
    "tests/submissions/@SLUG@/wrong/not_halved.py": "exercise/wrong_not_halved.py.txt",
    "tests/submissions/@SLUG@/wrong/gradient_summed.py": "exercise/wrong_gradient_summed.py.txt",
}

_COURSE = {
    ".gitignore": "course/gitignore",
    "README.md": "course/README.md",
    "nbgrader_config.py": "course/nbgrader_config.py.txt",
    "pyproject.toml": "course/pyproject.toml",
}


def exercise(slug: str) -> Bundle:
    """The files of an exercise, by their path in the course."""
    return _filled(_EXERCISE, slug)


def course(slug: str) -> Bundle:
    """The files of a course with one exercise."""
    return _filled(_COURSE | _EXERCISE, slug)


def places(slug: str) -> list[str]:
    """What is an exercise's own, made by us or later by others; an exercise is new where none of them is there."""
    own = ("source/{0}", "solutions/{0}.py", "solutions/{0}.toml", "tests/submissions/{0}", "assignments/{0}")
    return [path.format(slug) for path in own]


def _filled(templates: Mapping[str, str], slug: str) -> dict[str, Entry]:
    values = {"@SLUG@": slug, "@TITLE@": slug.replace("_", " ").capitalize()}
    folder = resources.files("grader.scaffold").joinpath("templates")
    texts = {name: folder.joinpath(*source.split("/")).read_text("utf-8") for name, source in templates.items()}
    return {_with(values, name): Entry(_with(values, text).encode()) for name, text in texts.items()}


def _with(values: Mapping[str, str], text: str) -> str:
    for key, value in values.items():
        text = text.replace(key, value)
    return text
