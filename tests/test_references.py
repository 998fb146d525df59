"""The model answers: full points, right at the edges, and equal to SymPy; and a release that nobody has touched."""

import importlib.util
import itertools
import math
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from judging import COURSE, ROOT, SLUGS, judged_in_sandbox, lost, ready

from grader.agreement import agrees
from grader.report import Result
from grader.sandbox import Zygote
from grader.submission import released_notebook


@pytest.fixture(scope="module")
def results() -> dict[tuple[str, str], Result]:
    """Every assignment's reference and release, judged once."""
    found: dict[tuple[str, str], Result] = {}
    for slug in SLUGS:
        source = ROOT / "source" / slug / f"{slug}.ipynb"
        release = released_notebook(source, slug)
        with Zygote("none", COURSE.limits, ready(slug).data) as zygote:
            for what, file in (
                ("py", ROOT / "solutions" / f"{slug}.py"),
                ("ipynb", source),
                ("untouched", ROOT / "assignments" / slug / f"{slug}.ipynb"),
            ):
                found[slug, what] = judged_in_sandbox(ready(slug), file, release, zygote)
    return found


def statuses(result: Result) -> dict[str, int]:
    return {s: sum(i.status == s for i in result.items) for s in sorted({i.status for i in result.items})}


@pytest.mark.parametrize("what", ["py", "ipynb"])
@pytest.mark.parametrize("slug", SLUGS)
def test_the_reference_gets_full_automatic_points(results: dict[tuple[str, str], Result], slug: str, what: str) -> None:
    result = results[slug, what]
    assert lost(result.items) == {}
    assert (result.status, result.points, result.max_points) == ("judged", 20.0, 20.0)
    assert result.notices == ()
    assert statuses(result)["manual"] == 1


@pytest.mark.parametrize("slug", SLUGS)
def test_an_untouched_assignment_gets_no_points_and_hears_that_nothing_is_written(
    results: dict[tuple[str, str], Result], slug: str
) -> None:
    result = results[slug, "untouched"]
    assert set(statuses(result)) == {"manual", "skipped"}
    assert (result.status, result.points, result.max_points) == ("judged", 0.0, 20.0)
    assert result.notices == ()
    for item in result.items:
        if item.status == "skipped":
            function, _, rest = str(item.finding).partition(" ")
            assert function in ready(slug).forms
            assert rest == "is not written yet."


@pytest.mark.parametrize("slug", SLUGS)
def test_the_points_of_a_function_are_those_of_its_cell(slug: str) -> None:
    release = released_notebook(ROOT / "source" / slug / f"{slug}.ipynb", slug)
    cells = {cell.function: cell.points for cell in release.cells if cell.function}
    assert dict(ready(slug).points) == cells


@pytest.mark.parametrize("slug", SLUGS)
def test_a_right_answer_fails_by_chance_less_than_once_in_a_billion(slug: str) -> None:
    assert ready(slug).chance <= 1e-9


# --- what only the reference can be asked ---


def solution(slug: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"{slug}_reference", ROOT / "solutions" / f"{slug}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BACKPROPAGATION = solution("backpropagation")
CLASSIFIER = solution("linear_classifier")
EXTREMES = np.array([-1e4, -750.0, -40.0, -1.0, 0.0, 1.0, 40.0, 750.0, 1e4])


def network(sizes: tuple[int, ...], n_samples: int) -> tuple[Any, Any, list[tuple[Any, Any]]]:
    rng = np.random.default_rng(sum(sizes) + n_samples)
    pairs = itertools.pairwise(sizes)
    params = [(rng.uniform(0.3, 1.2, (m, n)) * rng.choice([-1, 1], (m, n)), rng.normal(size=n)) for m, n in pairs]
    return rng.normal(size=(n_samples, sizes[0])), rng.normal(size=(n_samples, sizes[-1])), params


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
@pytest.mark.parametrize("sizes", [(3, 2), (2, 3, 2), (2, 3, 2, 3, 1)], ids=str)
def test_the_references_backward_is_sympys_derivative_on_small_networks(
    sizes: tuple[int, ...], activation: str
) -> None:
    """Wider and deeper networks are judged by the reference's `backward`: here it is proved."""
    exercise = ready("backpropagation")
    check = exercise.checks[0]
    _, truth, _ = exercise.inputs(check, 0, small=False)
    f = exercise.module.ACTIVATIONS[activation]
    for n_samples in (1, 4):
        X, Y, params = network(sizes, n_samples)
        _, cache = BACKPROPAGATION.forward(X, params, activation)
        grads = BACKPROPAGATION.backward(Y, params, cache, activation)
        right = truth.gradient(exercise.module.mlp_loss_of_a_sample, by="params", f=f)(X, Y, params)
        assert any(np.any(dW) for dW, _ in right)
        agrees(grads, right)


def test_the_references_backward_is_the_derivative_of_a_wide_and_deep_network() -> None:
    """By complex steps, which lose no digits: for these SymPy would take minutes."""
    X, Y, params = network((4, 7, 5, 3), 6)
    _, cache = BACKPROPAGATION.forward(X, params, "tanh")
    grads = BACKPROPAGATION.backward(Y, params, cache, "tanh")
    for layer, (W, _) in enumerate(params):
        for entry in np.ndindex(W.shape):
            moved = [(V.astype(complex), b.astype(complex)) for V, b in params]
            moved[layer][0][entry] += 1e-30j
            error = BACKPROPAGATION.forward(X.astype(complex), moved, "tanh")[0] - Y
            slope = np.sum(error**2).imag / 1e-30 / (2 * len(X))
            assert grads[layer][0][entry] == pytest.approx(slope, rel=1e-9, abs=1e-12)


def exact_sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(max(z, -745.0)) / (1 + math.exp(max(z, -745.0)))


def test_the_references_sigmoid_is_right_up_to_ten_thousand() -> None:
    right = [exact_sigmoid(z) for z in EXTREMES]
    assert CLASSIFIER.sigmoid(EXTREMES) == pytest.approx(right, rel=1e-14, abs=1e-300)
    for z, value in zip(EXTREMES, right, strict=True):
        assert CLASSIFIER.sigmoid(float(z)) == pytest.approx(value, rel=1e-14, abs=1e-300)
    assert BACKPROPAGATION.activate(EXTREMES, "sigmoid") == pytest.approx(right, rel=1e-14, abs=1e-300)


def test_the_references_softmax_is_right_up_to_ten_thousand_and_between_levels() -> None:
    Z = np.array([[1e4, 1e4 - 1, -1e4], [-1e4, -1e4 - 2, -1e4 - 2], [0.0, 1.0, 2.0]])
    P = CLASSIFIER.softmax(Z)
    e = np.e
    right = [
        [e / (e + 1), 1 / (e + 1), 0.0],
        [1 / (1 + 2 / e**2), e**-2 / (1 + 2 / e**2), e**-2 / (1 + 2 / e**2)],
        [1 / (1 + e + e**2), e / (1 + e + e**2), e**2 / (1 + e + e**2)],
    ]
    assert pytest.approx(np.array(right), abs=1e-15) == P
    assert P.sum(axis=1) == pytest.approx(1.0, abs=1e-15)


def test_the_references_cross_entropy_is_right_up_to_ten_thousand() -> None:
    for z in EXTREMES:
        size = abs(float(z))
        small = np.log1p(np.exp(-size))  # of the right side; the wrong one costs |z| more
        logits = np.array([z])
        assert CLASSIFIER.cross_entropy(logits, np.array([float(z > 0)])) == pytest.approx(small, rel=1e-13, abs=1e-300)
        assert CLASSIFIER.cross_entropy(logits, np.array([float(z <= 0)])) == pytest.approx(size + small, rel=1e-14)


def test_the_references_cross_entropy_gradient_is_sympys_derivative_where_both_hold() -> None:
    exercise = ready("linear_classifier")
    losses = [
        value
        for name, value in vars(exercise.module).items()
        if callable(value) and getattr(value, "__code__", None) and value.__code__.co_varnames[:1] == ("m",)
    ]
    assert losses, "checks.py has a loss that SymPy differentiates"
    rng = np.random.default_rng(1)
    X, w, y = rng.normal(size=(6, 2)), rng.normal(size=2), np.array([0.0, 1, 1, 0, 1, 0])
    _, truth, _ = exercise.inputs(exercise.checks[0], 0, small=False)
    loss = next(value for value in losses if "y" in value.__code__.co_varnames)
    agrees(CLASSIFIER.cross_entropy_gradient(X, y, w, 0.5), truth.gradient(loss, by="w b")(X, y, w, 0.5))
