"""A student's repository.  In: a course, an assignment, what pip installs.  Out: the release, workflows, a README.

It holds no secret and no answer: what is in it is what students have anyway.
"""

import re

from grader.course import Course
from grader.exercise import AuthorError
from grader.export.bundle import Bundle, Entry, folder, template
from grader.export.platforms import plain, released

_TEMPLATES = {
    ".github/workflows/check.yml": "check.yml",
    ".github/workflows/points.yml": "points.yml",
    ".gitlab-ci.yml": "gitlab-ci.yml",
    "README.md": "README.md",
}


def repository(course: Course, slug: str, package: str) -> Bundle:
    """The files of a repository; `package` is what pip installs: a version, an address, a file."""
    if not re.fullmatch(r"[\w.+@:/=<>~!,\[\] -]+", package, re.ASCII):
        raise AuthorError(f"{package!r} cannot stand in a workflow; pip takes such as numerical-autograder==0.1.0.")
    values = {"SLUG": plain(slug), "FILE": f"{slug}.ipynb", "PACKAGE": package}
    made = {name: Entry(template(f"repository/{source}", **values)) for name, source in _TEMPLATES.items()}
    return {**made, **folder(released(course, slug), "")}
