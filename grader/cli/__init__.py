"""The command `grader`.  In: arguments.  Out: text and files; an exit code as the report says. Holds no logic.

Heavy imports wait until the command that needs them runs.

- `grading`, `judging`: a class; `checking`: one file; `classes`, `regrading`: what the store holds
- `beginning`, `authoring`, `exporting`: for whoever keeps the course
- `parts`: options, and what all of them need
"""

import os
import sys

import typer

from grader.cli.authoring import audit, doctor, release
from grader.cli.beginning import new
from grader.cli.checking import check
from grader.cli.classes import report
from grader.cli.exporting import export
from grader.cli.grading import grade
from grader.cli.regrading import regrade

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)
for command in (grade, check, report, regrade, release, audit, doctor):
    app.command()(command)
app.add_typer(new, name="new")
app.add_typer(export, name="export")


def main() -> None:
    """Run the command; a reader that goes away ends it quietly."""
    try:
        app()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
