"""Results → nbgrader's gradebook and `autograded/`.  The one room that imports nbgrader, where it is asked for.

- `recorder`: what `grader grade … --gradebook URL` writes, without nbgrader's commands
- `preprocessor`: what stands in `nbgrader_config.py`, so that nbgrader's own commands judge with this engine

Both make the same notebook (`official`, `notebook`) and write the same grades (`marks`, `database`). Never judges.
"""


class GradebookError(Exception):
    """A gradebook, or `autograded/`, does not take what it was given; the sentence is for the instructor."""
