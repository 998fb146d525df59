"""A course's folder becomes exercises.  In: the folder, a secret.  Out: an `Exercise`, from sources or from a release.

Never runs a submission. The secret lies in `COURSE_SEED` or in a git-ignored `.grader-seed`.
"""

import hashlib
import importlib.util
import os
import secrets
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import msgspec

from grader import claims, mistakes, recorded, symbolic
from grader.exercise import PUBLIC, AuthorError, Exercise, Reference
from grader.forms import Form
from grader.program import data_of
from grader.sandbox.limits import Limits

SEED_BITS = 128
"""Fewer could be searched through by a student with a rented machine and one published finding."""


_Kind = TypeVar("_Kind")


class _Tables(msgspec.Struct):
    """What of a pyproject.toml concerns us; every table of `tool` is one."""

    tool: dict[str, dict[str, Any]] = {}


@dataclass(frozen=True, slots=True)
class Course:
    """The folder with `source/` and `solutions/`."""

    root: Path
    limits: Limits
    feedback: str
    address: str
    order: tuple[str, ...] = ()
    """The assignments as the course goes through them; what is not named comes after, by name."""
    store: str = ""
    """Where results are kept if nothing else is said: a file or a URL, relative to the course; nowhere if empty."""

    @property
    def slugs(self) -> list[str]:
        """The assignments, in the course's order."""
        found = sorted(path.parent.name for path in self.root.glob("source/*/checks.py"))
        return [name for name in self.order if name in found] + [name for name in found if name not in self.order]

    def source(self, slug: str) -> Path:
        """The assignment's source folder.

        Raises:
            AuthorError: the course has no such assignment.

        """
        folder = self.root / "source" / slug
        if slug not in self.slugs:
            known = ", ".join(self.slugs) or "none"
            raise AuthorError(f"There is no assignment {slug!r} in {self.root}; there is: {known}.")
        return folder


def open_course(root: Path) -> Course:
    """The course in a folder.

    Raises:
        AuthorError: it holds no course, or its configuration is not understood.

    """
    if not (root / "source").is_dir():
        raise AuthorError(
            f"{root} is no course: it has no folder `source`. Give the course's folder with --course, "
            "or begin one: grader new course FOLDER."
        )
    table = _settings(root / "pyproject.toml")
    given = _setting(table, "limits", dict[str, Any], {})
    known = {f.name for f in fields(Limits)}
    if unknown := sorted(set(given) - known):
        raise AuthorError(f"[tool.grader.limits] knows no {unknown[0]!r}; it knows {', '.join(sorted(known))}.")
    feedback = _setting(table, "feedback", str, "full")
    if feedback not in {"full", "claims", "points"}:
        raise AuthorError(f'[tool.grader] feedback is "full", "claims" or "points", and not {feedback!r}.')
    try:
        limits = msgspec.convert(given, Limits)
    except msgspec.ValidationError as error:
        raise AuthorError(f"[tool.grader.limits]: {error}") from None
    order = _setting(table, "assignments", tuple[str, ...], ())
    return Course(root, limits, feedback, _setting(table, "course", str, ""), order, _setting(table, "store", str, ""))


def _settings(file: Path) -> dict[str, Any]:
    """The table [tool.grader]; empty where there is none."""
    if not file.is_file():
        return {}
    try:
        tables = msgspec.convert(tomllib.loads(file.read_text("utf-8")), _Tables)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise AuthorError(f"pyproject.toml is not valid: {error}") from None
    return tables.tool.get("grader", {})


def _setting(table: Mapping[str, Any], key: str, kind: type[_Kind], default: _Kind) -> _Kind:
    try:
        return msgspec.convert(table.get(key, default), kind)
    except msgspec.ValidationError as error:
        raise AuthorError(f"[tool.grader] {key}: {error}.") from None


def exercise(course: Course, slug: str, secret: bytes = PUBLIC) -> Exercise:
    """An assignment with its reference, fresh draws by `secret`."""
    folder = course.source(slug)
    solution = course.root / "solutions" / f"{slug}.py"
    if not solution.is_file():
        raise AuthorError(f"{slug} has no reference: solutions/{slug}.py is missing.")
    module = _module(folder / "checks.py", f"checks_{slug}")
    forms, checks = claims.collect(module)
    known = _mistakes(folder)
    reference = _module(solution, f"solution_{slug}")
    if problem := next(_problems(slug, module, forms, checks, known, reference), None):
        raise AuthorError(problem)
    source = (folder / "checks.py").read_text("utf-8")
    return Exercise(
        slug,
        module,
        forms,
        checks,
        known,
        Reference(reference, folder),
        symbolic.Derivations(source, folder=symbolic.cache_folder()),
        version(course, slug),
        data_of(folder),
        manual_of(folder / f"{slug}.ipynb"),
        secret,
    )


def released(folder: Path) -> Exercise:
    """An assignment from its release, for a student's own run: public draws, recorded answers, no reference.

    Raises:
        AuthorError: the release is not whole.

    """
    if not (folder / "recorded.json").is_file() or not (folder / "checks.py").is_file():
        raise AuthorError(f"{folder} holds no release of an assignment: recorded.json or checks.py is missing.")
    raw = (folder / "recorded.json").read_bytes()
    try:
        return _played(folder, raw, recorded.load(raw))
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise AuthorError("recorded.json is not whole: take it from the release again") from error


def _played(folder: Path, raw: bytes, document: Mapping[str, Any]) -> Exercise:
    slug = document["assignment"]
    module = _module(folder / "checks.py", f"checks_{slug}")
    forms, checks = claims.collect(module)
    made = Exercise(
        slug,
        module,
        forms,
        checks,
        recorded.mistakes(document),
        None,
        symbolic.Derivations((folder / "checks.py").read_text("utf-8"), folder=symbolic.cache_folder()),
        hashlib.sha256(raw).hexdigest()[:16],
        data_of(folder),
        tuple((str(a), str(b), float(c)) for a, b, c in document["manual"]),
    )
    recorded.play(made, document)
    return made


def _mistakes(folder: Path) -> tuple[mistakes.Mistake, ...]:
    file = folder / "mistakes.py"
    if not file.is_file():
        return ()
    try:
        return mistakes.collect(_module(file, f"mistakes_{folder.name}"))
    except (AttributeError, TypeError, ValueError) as error:
        raise AuthorError(f"{folder.name}/mistakes.py: {error}.") from None


def _problems(
    slug: str,
    module: ModuleType,
    forms: Mapping[str, Form],
    checks: tuple[claims.Check, ...],
    known: tuple[mistakes.Mistake, ...],
    reference: ModuleType,
) -> Iterator[str]:
    """What the files of an assignment say of each other and is not so."""
    if not checks:
        yield f"source/{slug}/checks.py makes no claim."
    for name in forms:
        if not callable(getattr(reference, name, None)):
            yield f"solutions/{slug}.py has no function {name}, which checks.py declares."
    for check in checks:
        for name in check.builds_on:
            if name not in forms:
                yield f"source/{slug}/checks.py: {check.id} builds on {name}, which is not declared."
    for mistake in known:
        if mistake.function not in forms:
            yield f"source/{slug}/mistakes.py: {mistake.name!r} is about {mistake.function}, which is not declared."
        if mistake.shows is not None and not callable(getattr(module, mistake.shows, None)):
            yield f"source/{slug}/mistakes.py: {mistake.name!r} shows by {mistake.shows}, which checks.py lacks."


def version(course: Course, slug: str) -> str:
    """A hash of all that a verdict depends on: checks, mistakes, recorded.json, reference, data, points and limits."""
    return _hashed(course, slug, ("checks.py", "mistakes.py", "recorded.json", f"{slug}.ipynb"))


def made_from(course: Course, slug: str) -> str:
    """A hash of all that recorded.json depends on."""
    return _hashed(course, slug, ("checks.py", "mistakes.py"))


def _hashed(course: Course, slug: str, names: tuple[str, ...]) -> str:
    folder = course.source(slug)
    made = hashlib.sha256(repr(course.limits).encode() if f"{slug}.ipynb" in names else b"")
    files = [folder / name for name in names] + [course.root / "solutions" / f"{slug}.py"]
    files += [folder / name for name in sorted(data_of(folder))]
    for file in files:
        made.update(file.name.encode() + b"\0" + (file.read_bytes() if file.is_file() else b"") + b"\0")
    return made.hexdigest()[:16]


def manual_of(notebook: Path) -> tuple[tuple[str, str, float], ...]:
    """The written answers of a source notebook: (id, what it is, points)."""
    if not notebook.is_file():
        return ()
    try:
        cells = msgspec.json.decode(notebook.read_bytes())["cells"]
        marks = [cell["metadata"]["nbgrader"] for cell in cells if "nbgrader" in cell.get("metadata", {})]
        written = [mark for mark in marks if mark["grade"] and mark["solution"]]
        return tuple(
            (str(mark["grade_id"]), "A written answer, graded by a person.", float(mark["points"])) for mark in written
        )
    except (msgspec.DecodeError, KeyError, TypeError, RecursionError):
        raise AuthorError(f"{notebook.name} is no valid notebook.") from None


def _module(path: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise AuthorError(f"{path} cannot be imported.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # inspect.getsource and dataclasses look their module up by name
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        line = next((f.lineno for f in _frames(error) if f.filename == str(path)), None)
        at = f", line {line}" if line else ""
        raise AuthorError(f"{path.parent.name}/{path.name}{at}: {type(error).__name__}: {error}") from error
    return module


def _frames(error: BaseException) -> list[Any]:
    import traceback  # noqa: PLC0415 - only on the way out

    return list(reversed(traceback.extract_tb(error.__traceback__)))


def secret_of(course: Course, *, tell: Any) -> bytes:
    """The course's secret, made at first use; `tell` says so in one line.

    Raises:
        AuthorError: it has fewer than 128 random bits.

    """
    text = os.environ.get("COURSE_SEED", "").strip()
    file = course.root / ".grader-seed"
    if not text and file.is_file():
        text = file.read_text("utf-8").strip()
    if not text:
        text = secrets.token_hex(SEED_BITS // 8)
        beside = file.with_name(f".grader-seed.{os.getpid()}")
        try:
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as made:
                made.write(text + "\n")
            beside.replace(file)
        except OSError as error:
            raise AuthorError(
                f"The course's secret cannot be written to .grader-seed ({error.strerror}); set COURSE_SEED."
            ) from None
        tell("A new secret for this course's draws was made in .grader-seed: keep it, and keep it out of git.")
    return seed_bytes(text)


def seed_bytes(text: str) -> bytes:
    """The secret as bytes.

    Raises:
        AuthorError: it is no hexadecimal number of at least 128 bits.

    """
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        raw = b""
    if len(raw) * 8 < SEED_BITS:
        raise AuthorError(
            "The secret needs at least 32 hexadecimal digits. "
            'Make one: python -c "import secrets; print(secrets.token_hex(16))"'
        )
    return raw


def seed_id(secret: bytes) -> str | None:
    """A short name of a secret that tells nothing of it; None for the public draws."""
    return None if secret == PUBLIC else hashlib.sha256(b"seed id" + secret).hexdigest()[:8]
