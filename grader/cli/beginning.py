"""`grader new …`: an exercise or a course to begin with."""

import contextlib
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.parts import CourseOption, fail

new = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Begin an exercise, or a course.")

FILES = {
    "solutions/{slug}.py": "the reference: the model answer",
    "source/{slug}/{slug}.ipynb": "the text; a solution cell and a test cell for each function",
    "source/{slug}/checks.py": "what a right answer does",
    "source/{slug}/mistakes.py": "what people get wrong, as data",
    "tests/submissions/{slug}/": "right and wrong answers, for the audit",
    "pyproject.toml": "{slug} is among the assignments now",
}
AFTER_EXERCISE = {
    "grader release {slug}": "makes assignments/{slug}, which students receive",
    "grader audit {slug}": "some seconds: are the checks worth anything? They are, as made",
}
AFTER_COURSE = {
    "grader release": "makes assignments/, which students receive",
    "grader audit": "some seconds: are the checks worth anything? They are, as made",
    "grader new exercise NAME": "an exercise of your own",
}
YOURS = """\
Then make it yours: in these files put your functions in the place of the two that are there, and release and audit
again. Both say what does not fit together yet, and in which file."""
ADDRESS = "Set `course` in [tool.grader] of pyproject.toml: the address where students find how to install the grader."


@new.command()
def exercise(
    slug: Annotated[str, typer.Argument(help="Its name: lower-case letters, digits and _.")],
    course: CourseOption = Path(),
) -> None:
    """Make a small exercise that releases and audits as it is, to be rewritten: reference, notebook, checks."""
    from grader.course import open_course
    from grader.scaffold import new_exercise

    root = course.resolve()
    with _making(root):
        opened = open_course(root)
        new_exercise(opened, slug)
    typer.echo(f"Made in {root}:")
    _list(FILES, slug)
    typer.echo("It is ridge regression, small and whole. Next:")
    if not opened.address:
        typer.echo(f"  {ADDRESS}")
    _list(_from_here(root) | AFTER_EXERCISE, slug)
    typer.echo(YOURS)


@new.command(name="course")
def new_course(folder: Annotated[Path, typer.Argument(help="A folder that is new or empty.")]) -> None:
    """Make a course of one small exercise, with settings for this grader and for nbgrader."""
    from grader import scaffold

    root = folder.resolve()
    with _making(root):
        scaffold.new_course(root)
    typer.echo(f"Made in {root}: a course of one exercise, {scaffold.EXAMPLE}. Next:")
    _list(_from_here(root) | AFTER_COURSE)
    typer.echo(f"{ADDRESS} README.md says more.")


@contextlib.contextmanager
def _making(root: Path) -> Iterator[None]:
    """What is wrong with the name or the place ends the command in a sentence."""
    from grader.exercise import AuthorError

    try:
        yield
    except AuthorError as error:
        fail(str(error))
    except OSError as error:
        fail(f"Nothing was made: {root} could not be written: {error.strerror}.")


def _list(lines: Mapping[str, str], slug: str = "") -> None:
    """Two columns; the second may be empty."""
    told = {left.format(slug=slug): right.format(slug=slug) for left, right in lines.items()}
    width = max(map(len, told))
    for left, right in told.items():
        typer.echo(f"  {left:<{width}}  {right}".rstrip())


def _from_here(root: Path) -> dict[str, str]:
    """The command that goes there, where one is needed; braces in it are no field."""
    where = shlex.quote(str(root)).replace("{", "{{").replace("}", "}}")
    return {} if root == Path.cwd() else {f"cd {where}": ""}
