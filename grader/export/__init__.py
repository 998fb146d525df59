"""What platforms and repositories take, made from a course.  In: a course, an assignment.  Out: a bundle of files.

- `gradescope(…)`: the files of the zip that an autograder of Gradescope is
- `prairielearn(…)`: the folder of a question with external grading
- `repository(…)`: a student's repository, with the workflows that check it

Never runs a submission and never writes: a `Bundle` is a value, which is written by `write_zip` or `write_folder`.
"""

from grader.export.bundle import Bundle, write_folder, write_zip
from grader.export.platforms import gradescope, holds_the_secret, prairielearn
from grader.export.repository import repository

__all__ = ["Bundle", "gradescope", "holds_the_secret", "prairielearn", "repository", "write_folder", "write_zip"]
