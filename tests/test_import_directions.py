"""Dependencies point one way, down the pipe; heavy libraries have one room each; and the engine knows no exercise."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from judging import ROOT, SLUGS, ready

ENGINE = ROOT / "grader"

PIPE = """
blame program picture report outcome history changes overview database chance agreement mistakes symbolic sandbox draw
forms student truth claims exercise inprocess diagnosis wording recorded trial explanation illustration judge submission
location course run workers store release making emit sinks regrade ci export student_check audit
gradebook under_pytest scaffold cli
"""
"""A module, or a folder of them, imports only what stands before it. `grader/__init__.py` stands apart."""

ORDER = PIPE.split()

LIBRARIES = {
    "sympy": {"symbolic"},
    "nbgrader": {"gradebook"},
    "nbformat": {"release"},
    "sqlalchemy": {"database", "store", "gradebook"},
    "jinja2": {"emit"},
    "typer": {"cli"},
    "rich": {"cli", "emit"},
    "msgspec": {"course", "making", "recorded", "submission", "release", "emit", "report", "audit", "store"},
    "multiprocessing": {"workers", "audit"},
    "subprocess": {"sandbox"},
    "pickle": set(),
    "matplotlib": {"sandbox"},
    "tomlkit": {"scaffold"},
    "contourpy": {"emit"},
    "pytest": {"under_pytest"},
    "IPython": set(),
}
"""The rooms of the libraries that are heavy, dangerous or somebody's whole trade."""


@cache
def trees() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text("utf-8")) for path in sorted(ENGINE.rglob("*.py"))}


def room(path: Path) -> str:
    """The module or folder right under `grader/`."""
    return path.relative_to(ENGINE).parts[0].removesuffix(".py")


def imported(tree: ast.Module) -> Iterator[str]:
    """Every module that a file imports, wherever the statement stands; `from grader import x` gives grader.x."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name the whole way"
            assert node.module is not None
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def of_the_engine(path: Path) -> set[str]:
    """The modules of the engine that a file imports, without the word `grader`."""
    names = {name.removeprefix("grader.") for name in imported(trees()[path]) if name.split(".")[0] == "grader"}
    return names - {"__version__"}


def rooms_used_by(name: str) -> set[str]:
    """The other rooms that a room imports from."""
    used = {one.split(".")[0] for path in trees() if room(path) == name for one in of_the_engine(path)}
    return used - {name}


def test_every_module_has_a_place_in_the_order() -> None:
    rooms = {room(path) for path in trees()} - {"__init__"}
    assert rooms <= set(ORDER), "say where it stands in the pipe"


@pytest.mark.parametrize("name", ORDER)
def test_imports_point_down_the_pipe(name: str) -> None:
    assert rooms_used_by(name) <= set(ORDER[: ORDER.index(name)])


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("picture", set()),
        ("report", {"picture"}),
        ("history", {"report"}),
        ("changes", {"report"}),
        ("overview", {"report", "history", "changes"}),
        ("database", set()),
        ("outcome", set()),
        ("blame", set()),
        ("program", set()),
        ("agreement", set()),
        ("chance", set()),
        ("symbolic", set()),
        ("sandbox", {"blame", "program"}),
        ("submission", {"program"}),
        ("emit", {"report", "outcome", "overview", "changes", "picture"}),
        ("truth", {"draw", "symbolic"}),
        ("forms", {"blame", "sandbox"}),
    ],
)
def test_what_must_know_little_imports_little(name: str, allowed: set[str]) -> None:
    assert rooms_used_by(name) <= allowed


def test_the_judge_opens_no_file_and_starts_no_process() -> None:
    forbidden = {"course", "submission", "run", "emit", "cli", "inprocess", "recorded", "release"}
    assert not rooms_used_by("judge") & forbidden


def test_what_runs_beside_a_submission_holds_no_answer() -> None:
    inside = [path for path in trees() if "inside" in path.parts]
    assert inside
    for path in inside:
        assert {one.split(".")[0] for one in of_the_engine(path)} <= {"sandbox"}


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_library_has_its_room(library: str) -> None:
    users = {room(path) for path, tree in trees().items() if library in {n.split(".")[0] for n in imported(tree)}}
    assert users <= LIBRARIES[library]


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("import grader", {"numpy", "msgspec"}),
        ("import grader.cli", {"numpy", "sympy", "rich", "msgspec", "nbformat", "matplotlib", "sqlalchemy"}),
        ("import grader.cli", {"jinja2", "tomlkit"}),
        ("import grader.run, grader.recorded", {"sympy", "nbgrader", "nbformat", "matplotlib", "rich", "typer"}),
        ("from grader import check", {"sympy", "nbgrader", "nbformat", "matplotlib", "typer", "rich", "grader.run"}),
        ("import grader.report, grader.emit.json", {"numpy"}),
        ("import grader.emit.formats, grader.ci", {"numpy", "sympy", "rich", "typer", "nbformat", "lxml"}),
        ("import grader.sandbox.inside.main", {"grader.judge", "grader.truth", "sympy", "matplotlib"}),
    ],
)
def test_nothing_heavy_is_imported_before_it_is_needed(statement: str, absent: set[str]) -> None:
    script = f"{statement}\nimport sys\nprint('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert absent.isdisjoint(done.stdout.split())


# --- the engine knows no exercise ---

COMMON = {"update", "forward", "train"}
"""Functions of the course whose names are everybody's words."""


@pytest.mark.parametrize("path", trees(), ids=lambda path: str(path.relative_to(ENGINE)))
def test_the_engine_names_no_assignment(path: Path) -> None:
    text = path.read_text("utf-8").lower()
    words = {*SLUGS, "xavier", "saratoga", *(slug.replace("_", " ") for slug in SLUGS)}
    assert not {word for word in words if word in text}


@pytest.mark.parametrize("path", trees(), ids=lambda path: str(path.relative_to(ENGINE)))
def test_the_engine_names_no_function_of_the_course_but_in_examples(path: Path) -> None:
    functions = {name for slug in SLUGS for name in ready(slug).forms} - COMMON
    assert not functions & set(_code_words(trees()[path]))


def _code_words(tree: ast.Module) -> Iterator[str]:
    """Identifiers, and words of texts that are not docstrings."""
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name) | ast.keyword(arg=str(name)):
                yield name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Constant(value=str(text)) if id(node) not in prose:
                yield from re.findall(r"\w+", text)
            case _:
                pass
