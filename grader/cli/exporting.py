"""`grader export …`: what platforms and repositories take."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader import __version__
from grader.cli.parts import CourseOption, SeedOption, fail, secret_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grader.course import Course

export = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Make what platforms and repositories take.")
SlugArgument = Annotated[str, typer.Argument(help="The assignment.")]
OutputOption = Annotated[Path, typer.Option("--output", metavar="PATH", help="Where to write it.")]


@export.command()
def gradescope(slug: SlugArgument, output: OutputOption, course: CourseOption = Path(), seed: SeedOption = "") -> None:
    """Write the zip of a Gradescope autograder. It holds the course's secret."""
    with _exporting(course, output) as opened:
        from grader import export as exporting

        exporting.write_zip(exporting.gradescope(opened, slug, secret_for(opened, seed)), output)
        _tell(exporting.holds_the_secret(opened, output))


@export.command()
def prairielearn(
    slug: SlugArgument,
    output: OutputOption,
    image: Annotated[str, typer.Option("--image", help="The name of the image that tests/Dockerfile makes.")],
    course: CourseOption = Path(),
    seed: SeedOption = "",
) -> None:
    """Write the folder of a PrairieLearn question with external grading. It holds the course's secret."""
    with _exporting(course, output) as opened:
        from grader import export as exporting

        exporting.write_folder(exporting.prairielearn(opened, slug, secret_for(opened, seed), image), output)
        _tell(exporting.holds_the_secret(opened, output))


@export.command()
def repository(
    slug: SlugArgument,
    output: OutputOption,
    package: Annotated[
        str, typer.Option("--package", help="What the workflows install: a version, a file, an address.")
    ] = f"numerical-autograder=={__version__}",
    course: CourseOption = Path(),
) -> None:
    """Write a student's repository: the release, workflows for GitHub and GitLab, a README. It holds no secret."""
    with _exporting(course, output) as opened:
        from grader import export as exporting

        exporting.write_folder(exporting.repository(opened, slug, package), output)


@export.command()
def schema() -> None:
    """Print the JSON Schema of the report's JSON form."""
    from grader.emit.schema import text

    typer.echo(text(), nl=False)


@contextlib.contextmanager
def _exporting(course: Path, output: Path) -> "Iterator[Course]":
    """A course to export from; what is wrong with it, or with the place, ends the command in a sentence."""
    from grader.course import open_course
    from grader.exercise import AuthorError

    try:
        yield open_course(course.resolve())
    except AuthorError as error:
        fail(str(error))
    except OSError as error:
        fail(f"{output} could not be written: {error.strerror}.")
    typer.echo(f"Written to {output}.")


def _tell(sentences: "Iterable[str]") -> None:
    for sentence in sentences:
        typer.echo(sentence, err=True)
