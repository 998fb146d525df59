"""The course's list of assignments in pyproject.toml.  In: a course, a name.  Out: the file's new text.

All that an author has written there stays, comments included. Never writes.
"""

from grader.course import Course
from grader.exercise import AuthorError

FILE = "pyproject.toml"


def with_assignment(course: Course, slug: str) -> bytes:
    """The file with the assignment at the end of the list, behind all that the course has.

    Raises:
        AuthorError: the list that stands there cannot be added to.

    """
    import tomlkit  # noqa: PLC0415 - only who begins an exercise needs it
    from tomlkit.exceptions import TOMLKitError  # noqa: PLC0415

    text = (course.root / FILE).read_bytes().decode() if (course.root / FILE).is_file() else ""
    try:
        document = tomlkit.parse(text)
        table = document.setdefault("tool", tomlkit.table(is_super_table=True)).setdefault("grader", tomlkit.table())
        listed = table.setdefault("assignments", tomlkit.array())
        for name in [*course.slugs, slug]:  # those that were not named so far come in the order that they had
            if name not in listed:
                listed.append(name)
    except TOMLKitError as error:
        raise AuthorError(f"{slug} could not be added to {FILE}: {error}.") from None
    return tomlkit.dumps(document).encode()
