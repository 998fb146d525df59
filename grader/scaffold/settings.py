"""The course's list of assignments in pyproject.toml.  In: a course, a name.  Out: the file's new text.

All that an author has written there stays, comments included. Never writes.
"""

from grader.course import Course
from grader.exercise import AuthorError

FILE = "pyproject.toml"


def with_assignment(course: Course, slug: str) -> bytes:
    """The file with the assignment at the end of the list, behind all that the course has.

    Raises:
        AuthorError: what stands there is no list of assignments.

    """
    import tomlkit  # noqa: PLC0415 - only who begins an exercise needs it
    from tomlkit.exceptions import TOMLKitError  # noqa: PLC0415

    path = course.root / FILE
    try:
        document = tomlkit.parse(path.read_bytes().decode() if path.is_file() else "")
        table = document.setdefault("tool", tomlkit.table(is_super_table=True)).setdefault("grader", tomlkit.table())
        listed = table.setdefault("assignments", tomlkit.array())
        if not isinstance(listed, list):
            raise TypeError(f"it is {listed!r}")
        for name in [*course.slugs, slug]:  # those that were not named so far come in the order that they had
            if name not in listed:
                listed.append(name)
    except (TOMLKitError, UnicodeDecodeError, AttributeError, TypeError) as error:
        raise AuthorError(f"{FILE}: [tool.grader] assignments is no list to add {slug} to: {error}.") from None
    return tomlkit.dumps(document).encode()
