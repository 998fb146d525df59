"""Makes the pictures in docs/ anew: `python docs/screenshots.py`. Needs a Chromium; CHROMIUM names one off the path.

The class of the demo is judged, its page made and opened as a person would see it; what is written is a palette of 256
colours, a fifth of the bytes.
"""

import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

DOCS = Path(__file__).parent
COURSE = DOCS.parent
sys.path[:0] = [str(COURSE / "tests"), str(COURSE / "tests" / "gradebook")]

import parity  # noqa: E402
from browser.notebooks import TOKEN, chromium, jupyterlab, opened, run_cells, student_folder, submission  # noqa: E402
from formgrader import formgrader, submissions  # noqa: E402

SEED = "0123456789abcdef0123456789abcdef"  # of the pictures alone: the same draws every time
SIZE = {"width": 1240, "height": 1440}
"""The class as a whole, and how one assignment went: about two screens."""


def main() -> None:
    """Judge, make the page, open it, keep what is seen."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "class.html"
        grader("grade", "all", "tests/classroom/submitted", "--seed", SEED, "--json", f"{folder}/report", *isolation())
        grader("report", f"{folder}/report", "--output", page)
        picture(page, DOCS / "class.png")
        answer(Path(folder), DOCS / "check.png")
        instructor(Path(folder), DOCS / "formgrader.png")


def answer(folder: Path, file: Path) -> None:
    """What a student sees in JupyterLab who sums where the loss is a mean."""
    cells = [submission("linear_regression", "gradient_summed"), "check(loss_gradient)"]
    notebook = student_folder(folder / "student", "linear_regression", cells, "mine.ipynb")
    with (
        jupyterlab(notebook.parent, folder) as lab,
        chromium() as browser,
        opened(browser, f"{lab}/lab/tree/{notebook.name}?token={TOKEN}", color_scheme="light") as page,
    ):
        run_cells(page, 3)
        page.locator("mjx-container").first.wait_for()
        keep(page.locator(".jp-Notebook .jp-Cell").nth(2).screenshot(), file)


def instructor(folder: Path, file: Path) -> None:
    """What formgrader shows of the same mistake: the answer, the comment, points that can be changed, the finding."""
    slug = "linear_regression"
    shutil.copytree(parity.CLASSROOM / "elif" / slug, folder / "submitted" / "elif" / slug)
    course = parity.make(folder / "course", [slug], folder / "submitted", stock=False)
    parity.through_ours(course, [slug], *isolation())
    with formgrader(course, folder) as address, chromium() as browser:
        seen = {"color_scheme": "light", "viewport": {"width": 1000, "height": 1310}}
        with opened(browser, submissions(address, slug)["elif"], **seen) as page:
            page.wait_for_function("document.querySelector('#check_loss_gradient').placeholder === '0'")
            page.get_by_text("Student's answer").nth(2).evaluate(
                "label => window.scrollTo(0, window.scrollY + label.getBoundingClientRect().top - 70)"
            )
            keep(page.screenshot(), file)


def grader(*arguments: str | Path) -> str:
    """What the command prints."""
    command = [sys.executable, "-m", "grader.cli", *map(str, arguments)]
    return subprocess.run(command, cwd=COURSE, check=True, capture_output=True, text=True).stdout


def isolation() -> list[str]:
    """The demo's own submissions may be run without walls where there are none."""
    return ["--unsafe-no-sandbox"] if grader("doctor", "--level").strip() == "none" else []


def picture(page: Path, file: Path) -> None:
    """What a person sees first."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        shown = browser.new_page(viewport=SIZE, color_scheme="light")
        shown.goto(page.as_uri())
        data = shown.screenshot()
        browser.close()
    keep(data, file)


def keep(data: bytes, file: Path) -> None:
    """Write a screenshot in few colours."""
    Image.open(io.BytesIO(data)).convert("RGB").quantize(256).save(file, optimize=True)
    print(f"{file.relative_to(COURSE)}: {file.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
