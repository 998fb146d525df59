"""Bundles for Gradescope and PrairieLearn.  In: a course, an assignment, its secret.  Out: their files.

Each carries a copy of this grader, the assignment's sources with the reference, and the secret: whoever has the bundle
can compute every hidden draw. Packages are installed where the platform builds its image.
"""

import json
import math
import re
import uuid
from importlib import metadata, resources
from pathlib import Path

from grader import recorded
from grader.course import Course
from grader.exercise import AuthorError
from grader.export.bundle import PROGRAM, SECRET, Bundle, Entry, folder, template

PACKAGE = "numerical-autograder"
"""The name under which this grader is installed."""

OWN_MB = 512
"""What the grader and a child take before a submission takes anything, twice over."""

LONGEST_SECONDS = 600
"""PrairieLearn's limit; Gradescope's default."""

START_SECONDS = 60
"""Beside the submission's own time: Python and the draws, on a slow machine."""


def gradescope(course: Course, slug: str, secret: bytes) -> Bundle:
    """The files of the zip; `setup.sh` and `run_autograder` stand at its top."""
    return {
        "setup.sh": Entry(template("gradescope/setup.sh", SLUG=plain(slug)), PROGRAM),
        "run_autograder": Entry(template("gradescope/run_autograder", SLUG=slug), PROGRAM),
        **_engine(""),
        **_sources(course, slug, secret, "course/"),
        **_derived(course, slug, "derived/"),
    }


def prairielearn(course: Course, slug: str, secret: bytes, image: str) -> Bundle:
    """The question's folder; `tests/Dockerfile` makes its image."""
    handout = folder(released(course, slug), "clientFilesQuestion/")
    names = [name.removeprefix("clientFilesQuestion/") for name in handout]
    download = '    <li><pl-file-download file-name="{}" directory="clientFilesQuestion"></pl-file-download></li>'
    downloads = "\n".join(download.format(name) for name in names)
    return {
        "info.json": Entry(_info(course, slug, image)),
        "question.html": Entry(template("prairielearn/question.html", SLUG=plain(slug), DOWNLOADS=downloads)),
        "tests/run.sh": Entry(template("prairielearn/run.sh", SLUG=slug), PROGRAM),
        "tests/Dockerfile": Entry(template("prairielearn/Dockerfile", IMAGE=_image(image))),
        **handout,
        **_engine("tests/"),
        **_sources(course, slug, secret, "tests/course/"),
        **_derived(course, slug, "tests/derived/"),
    }


def holds_the_secret(course: Course, where: Path) -> list[str]:
    """What somebody who makes a bundle has to know."""
    limits = course.limits
    return [
        (
            f"{where} holds the course's secret and the model answer: whoever has it can compute every hidden draw. "
            "Keep it as you keep .grader-seed."
        ),
        (
            f"A submission may take {limits.submission_seconds:g} s and {limits.memory_mb} MB beside Python's own: "
            f"give its container {limits.memory_mb + OWN_MB} MB and {_timeout(course)} s."
        ),
    ]


def _timeout(course: Course) -> int:
    return min(LONGEST_SECONDS, math.ceil(course.limits.submission_seconds) + START_SECONDS)


def _info(course: Course, slug: str, image: str) -> bytes:
    info = {
        "uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{course.address}#{slug}")),
        "title": slug.replace("_", " ").capitalize(),
        "topic": "Numerical programming",
        "type": "v3",
        "singleVariant": True,
        "gradingMethod": "External",
        "externalGradingOptions": {
            "enabled": True,
            "image": image,
            "entrypoint": "/grade/tests/run.sh",
            "timeout": _timeout(course),
            "enableNetworking": False,
        },
    }
    return (json.dumps(info, indent=2) + "\n").encode()


def _engine(under: str) -> dict[str, Entry]:
    """A copy of this grader, and what it requires."""
    try:
        required = metadata.requires(PACKAGE) or []
    except metadata.PackageNotFoundError:
        raise AuthorError(f"This grader is not installed as {PACKAGE}, so what it requires is not known.") from None
    lines = "".join(f"{line}\n" for line in required if "extra ==" not in line)
    return {
        f"{under}requirements.txt": Entry(lines.encode()),
        **folder(Path(str(resources.files("grader"))), f"{under}grader/"),
    }


def _sources(course: Course, slug: str, secret: bytes, under: str) -> dict[str, Entry]:
    """What of a course one assignment is judged with."""
    settings = course.root / "pyproject.toml"
    made = {
        **folder(course.source(slug), f"{under}source/{slug}/"),
        f"{under}solutions/{slug}.py": Entry((course.root / "solutions" / f"{slug}.py").read_bytes()),
        f"{under}.grader-seed": Entry(f"{secret.hex()}\n".encode(), SECRET),
    }
    if settings.is_file():
        made[f"{under}pyproject.toml"] = Entry(settings.read_bytes())
    return made


def _derived(course: Course, slug: str, under: str) -> dict[str, Entry]:
    """The gradients that SymPy derived for the release, as the grader's cache: else each container derived them anew.

    Raises:
        AuthorError: the assignment was never released.

    """
    try:
        document = recorded.load((course.source(slug) / "recorded.json").read_bytes())
    except (OSError, ValueError):
        raise AuthorError(f"source/{slug}/recorded.json is not there: `grader release {slug}` makes it.") from None
    files = {f"{under}{key}.json": {"code": code} for key, code in document["derivations"].items()}
    return {name: Entry(json.dumps(content).encode()) for name, content in files.items()}


def released(course: Course, slug: str) -> Path:
    """The release of an assignment.

    Raises:
        AuthorError: it is not made.

    """
    made = course.root / "assignments" / slug
    if not made.is_dir():
        raise AuthorError(f"assignments/{slug} is missing: `grader release {slug}` makes it.")
    return made


def plain(slug: str) -> str:
    """A slug that may stand in a shell's command and in a file's name.

    Raises:
        AuthorError: it may not.

    """
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", slug):
        raise AuthorError(f"{slug!r} cannot be exported: its name should be of letters, digits, _, - and full stops.")
    return slug


def _image(image: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9._/:-]*", image):
        raise AuthorError(f"{image!r} is no name of an image; one is such as registry.example.org/course/grader:1.")
    return image
