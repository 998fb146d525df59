"""A student in a real browser: JupyterLab, the classic notebook, `jupyter execute`, and a page without any script."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from browser.notebooks import (
    TOKEN,
    contrast,
    environment,
    jupyterlab,
    opened,
    outputs,
    press_enter_in,
    run_cells,
    student_folder,
    submission,
)

for _name in ("jupyterlab", "notebook", "nbconvert"):
    pytest.importorskip(_name)

WRONG = submission("linear_regression", "gradient_summed")
ENDLESS = "def predict(X, w, b):\n    while True:\n        pass"
FILE = "my own name.ipynb"


@pytest.fixture(scope="module", name="home")
def a_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module", name="folder")
def a_students_folder(home: Path) -> Path:
    cells = [WRONG, "check(loss_gradient)", "check.all()", ENDLESS, "check(predict)"]
    return student_folder(home / "course", "linear_regression", cells).parent


@pytest.fixture(scope="module", name="lab")
def a_server(home: Path, folder: Path) -> Iterator[str]:
    with jupyterlab(folder, home) as address:
        yield address


def notebook_at(lab: str, application: str) -> str:
    return f"{lab}/{application}/{quote(FILE)}?token={TOKEN}"


def holds_its_promises(answer: Any) -> None:
    """What every page of `check(loss_gradient)` shows, wherever it is shown."""
    assert "loss_gradient: 0 of 5 points (0 of 3 claims hold)" in answer.inner_text()
    first, *others = answer.locator("details").all()
    assert first.get_attribute("open") is not None
    assert all(one.get_attribute("open") is None for one in others), "the first failing claim is opened, and only that"
    shown = first.inner_text()
    assert "✗" in shown
    assert "does not hold" in shown
    assert re.search(r"loss_gradient\(np\.array\(.*should give grad_w .*; yours gave grad_w ", shown, re.DOTALL)
    assert "Your gradient is the sum over the samples; the loss is their mean." in shown
    assert "Try: Divide by the number of rows in X." in shown
    assert "dl/dw[0] = x[0]*(b + w[0]*x[0] + w[1]*x[1] + w[2]*x[2] - y)" in shown
    picture = first.locator("svg")
    box = picture.bounding_box()
    assert box is not None
    assert box["width"] > 300
    assert picture.locator("rect").count() == 10, "four entries twice, and the legend"
    for element in (first.locator("pre").first, picture, picture.locator("text").first, first.locator("summary")):
        assert contrast(element) >= 4.5, "WCAG 2.1, 1.4.3: text"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_jupyterlab_the_answer_is_read_on_either_theme(lab: str, browser: Any, scheme: str) -> None:
    with opened(browser, notebook_at(lab, "lab/tree"), color_scheme=scheme) as page:
        dark = page.locator(f'body[data-jp-theme-light="{"true" if scheme == "light" else "false"}"]')
        dark.wait_for(state="attached")
        run_cells(page, 4)
        answer, everything = (page.locator(".jp-OutputArea-output.jp-RenderedHTMLCommon").nth(i) for i in range(2))
        holds_its_promises(answer)
        answer.locator("mjx-container").first.wait_for()
        assert r"\frac" not in answer.inner_text(), "what is typeset is not also shown as it is written"
        assert "linear_regression: 15 of 20 points" in everything.inner_text()
        assert "Left: loss_gradient 5; a written answer, up to 4, by a person." in everything.inner_text()
        assert page.locator(".jp-mod-error, .jp-RenderedText[data-mime-type*=stderr]").count() == 0


def test_the_kernels_interrupt_ends_a_loop_and_the_page_says_so(lab: str, browser: Any) -> None:
    with opened(browser, notebook_at(lab, "lab/tree")) as page:
        run_cells(page, 5)
        press_enter_in(page, 5)
        page.locator(".jp-Cell").nth(5).locator(".jp-InputPrompt", has_text="[*]:").wait_for()
        page.wait_for_timeout(500)  # the call has begun, and goes on
        page.locator('[data-command="notebook:interrupt-kernel"], jp-button[title*="Interrupt"]').first.click()
        answer = page.locator(".jp-Cell").nth(5).locator(".jp-RenderedHTMLCommon")
        answer.wait_for()
        assert "predict was interrupted. Is there a loop that never ends?" in answer.inner_text()
        assert page.locator(".jp-Cell").nth(5).locator(".jp-mod-error").count() == 0


def test_the_classic_notebook_shows_the_same(lab: str, browser: Any) -> None:
    with opened(browser, notebook_at(lab, "notebooks")) as page:
        run_cells(page, 3)
        holds_its_promises(page.locator(".jp-OutputArea-output.jp-RenderedHTMLCommon").first)


@pytest.fixture(scope="module", name="executed")
def an_executed_notebook(home: Path) -> Path:
    """By `jupyter execute` from another folder, without a browser."""
    file = student_folder(home / "alone", "linear_regression", [WRONG, "check(loss_gradient)", "print(check.all())"])
    command = [sys.executable, "-m", "jupyter", "execute", "--inplace", str(file)]
    subprocess.run(command, cwd=home, env=environment(home), capture_output=True, timeout=120, check=True)
    return file


def test_jupyter_execute_finds_the_release_beside_the_notebook(executed: Path) -> None:
    (answer,) = outputs(executed)
    assert answer["text/plain"] == ["0.0"]
    assert "Divide by the number of rows in X." in "".join(answer["text/html"])


def test_nbconverts_page_shows_the_answer(executed: Path, home: Path, browser: Any) -> None:
    command = [sys.executable, "-m", "jupyter", "nbconvert", "--to", "html", str(executed)]
    subprocess.run(command, cwd=home, env=environment(home), capture_output=True, timeout=120, check=True)
    page_file = executed.with_suffix(".html")
    with opened(browser, page_file.as_uri(), offline=True, color_scheme="dark") as page:
        holds_its_promises(page.locator(".jp-RenderedHTMLCommon").filter(has_text="claims hold").first)


@pytest.mark.parametrize(("ink", "ground"), [("#d4d4d4", "#1e1e1e"), ("#333333", "#ffffff")], ids=["dark", "light"])
def test_a_renderer_without_scripts_and_mathjax_shows_it_as_vs_code_would(
    executed: Path, browser: Any, tmp_path: Path, ink: str, ground: str
) -> None:
    """Its page hands its own colours on, runs no script of ours and loads nothing from elsewhere."""
    (answer,) = outputs(executed)
    file = tmp_path / "output.html"
    body = "".join(answer["text/html"])
    file.write_text(f'<!doctype html><body style="color:{ink};background:{ground}">{body}</body>', "utf-8")
    asked: list[str] = []
    with opened(browser, "about:blank", java_script_enabled=False) as page:
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri())
        holds_its_promises(page.locator("body"))
    assert asked == [file.as_uri()]
