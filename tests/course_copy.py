"""A copy of part of the course with short limits, the command line on it, and submissions made of right functions."""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat

ROOT = Path(__file__).parents[1]
SEED = "000102030405060708090a0b0c0d0e0f"
SLUG = "linear_regression"

LIMITS = """
[tool.grader.limits]
call_seconds = 0.4
cell_seconds = 0.6
submission_seconds = 10
"""


def make(root: Path, *slugs: str, settings: str = LIMITS) -> Path:
    """Copy these assignments, their references and releases into `root`, with settings of its own."""
    for slug in slugs:
        for folder in (f"source/{slug}", f"assignments/{slug}"):
            if (ROOT / folder).is_dir():
                shutil.copytree(ROOT / folder, root / folder)
        (root / "solutions").mkdir(exist_ok=True)
        shutil.copy(ROOT / "solutions" / f"{slug}.py", root / "solutions")
    (root / "pyproject.toml").write_text(settings, "utf-8")
    return root


@dataclass(frozen=True)
class Done:
    """A command that ended."""

    code: int
    out: str
    err: str
    report: Mapping[str, Any] = field(default_factory=dict)

    @property
    def by_student(self) -> dict[str, Any]:
        """The report's submissions by name."""
        return {one["student"]: one for one in self.report["submissions"]}


def grader(
    *args: str | Path,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    json_to: Path | None = None,
    seconds: float = 120,
) -> Done:
    """Run the command; `json_to` asks for the report and reads it."""
    command = [sys.executable, "-m", "grader.cli", *map(str, args)]
    if json_to is not None:
        command += ["--json", str(json_to)]
    done = subprocess.run(
        command,
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds,
        stdin=subprocess.DEVNULL,
    )
    report = json.loads(json_to.read_text("utf-8")) if json_to is not None and json_to.exists() else {}
    return Done(done.returncode, done.stdout, done.stderr, report)


def grade(course: Path, slug: str, *paths: Path, json_to: Path | None = None, options: tuple[str, ...] = ()) -> Done:
    """`grader grade` on public machines: without walls, on draws of one seed."""
    return grader(
        "grade", slug, *paths, "--course", course, "--unsafe-no-sandbox", "--seed", SEED, *options, json_to=json_to
    )


FUNCTIONS = {
    "predict": "def predict(X, w, b):\n    return X @ w + b\n",
    "squared_loss": "def squared_loss(y_hat, y):\n    return np.mean((y_hat - y) ** 2) / 2\n",
    "loss_gradient": (
        "def loss_gradient(X, y, w, b):\n    error = X @ w + b - y\n    return X.T @ error / len(y), error.mean()\n"
    ),
    "fit_closed_form": (
        "def fit_closed_form(X, y):\n    theta = np.linalg.lstsq(np.c_[X, np.ones(len(X))], y, rcond=None)[0]\n"
        "    return theta[:-1], theta[-1]\n"
    ),
    "house_price": (
        "def house_price(living_area_sqft, age_years):\n"
        "    houses = np.loadtxt('saratoga_houses.csv', delimiter=',', skiprows=1)\n"
        "    theta = np.linalg.lstsq(np.c_[houses[:, :2], np.ones(len(houses))], houses[:, 2], rcond=None)[0]\n"
        "    return theta[0] * living_area_sqft + theta[1] * age_years + theta[2]\n"
    ),
}
"""Right answers to linear regression, each on its own."""


def cells(**changed: str) -> list[str]:
    """The cells of a right submission, some functions written otherwise; an empty text leaves one out."""
    return ["import numpy as np\n", *filter(None, ({**FUNCTIONS, **changed}).values())]


def script(**changed: str) -> str:
    """The same as a `.py` file."""
    return "\n\n".join(cells(**changed))


def notebook(*sources: str, **changed: str) -> str:
    """The same as a notebook; `sources` are cells that stand in front."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in (*sources, *cells(**changed))])
    return str(nbformat.writes(book))
