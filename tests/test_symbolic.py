"""A loss written once becomes its derivative, by SymPy; kept by content, and never by a hand-written formula."""

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader import symbolic
from grader.agreement import Tolerance, agrees
from grader.symbolic import Derivations, gradient, mean

RNG = np.random.default_rng(4)
X, Y, W, B = RNG.normal(size=(5, 3)), RNG.normal(size=5), RNG.normal(size=3), 0.75


def squared(m: Any, x: Any, y: Any, w: Any, b: Any) -> Any:
    return (m.dot(x, w) + b - y) ** 2 / 2


def logistic(m: Any, x: Any, y: Any, w: Any, b: Any) -> Any:
    z = m.dot(x, w) + b
    return m.maximum(z, 0) - z * y + m.log(1 + m.exp(-m.abs(z)))


def network(m: Any, x: Any, y: Any, params: Any, f: Any) -> Any:
    for V, c in params[:-1]:
        x = f(m.dot(x, V) + c)
    V, c = params[-1]
    return m.sum((m.dot(x, V) + c - y) ** 2) / 2


def tanh(m: Any, z: Any) -> Any:
    return m.tanh(z)


def relu(m: Any, z: Any) -> Any:
    return m.maximum(z, 0)


def softplus(m: Any, z: Any) -> Any:
    return m.log(1 + m.exp(z))


def derivative(loss: Any, by: str, *args: Any, **functions: Any) -> Any:
    return gradient(Derivations("a test"), loss, tuple(by.split()), functions)(*args)


def quotients(f: Callable[[Any], float], x: Any) -> Any:
    """Central differences of f at x, entry by entry."""
    x = np.asarray(x, dtype=np.float64)
    found = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = 1e-6
        found[i] = (f(x + step) - f(x - step)) / 2e-6
    return found


ROUGH = Tolerance(1e-6, because="differences lose half the digits")


def test_the_derivative_of_the_squared_loss_is_the_textbooks() -> None:
    error = X @ W + B - Y
    agrees(derivative(squared, "w b", X, Y, W, B), (X.T @ error / 5, float(error.mean())))


def test_a_single_argument_gives_a_single_gradient_built_like_it() -> None:
    def shifted(m: Any, y: Any, b: Any) -> Any:
        return (y - b) ** 2 / 2

    agrees(derivative(squared, "w", X, Y, W, B), X.T @ (X @ W + B - Y) / 5)
    grad_b = derivative(shifted, "b", Y, B)
    assert type(grad_b) is float
    agrees(grad_b, float(np.mean(B - Y)))


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 4), st.integers(1, 3), st.integers(0, 1000))
def test_the_derivative_agrees_with_difference_quotients_of_the_mean(n: int, k: int, seed: int) -> None:
    """The mean over samples and its derivative are of one loss, whatever the sizes."""
    rng = np.random.default_rng(seed)
    x, y, w, b = rng.normal(size=(n, k)), rng.integers(0, 2, n).astype(float), rng.normal(size=k), 0.5
    for loss in (squared, logistic):
        value = mean(loss, {})
        grad_w, grad_b = derivative(loss, "w b", x, y, w, b)
        agrees(grad_w, quotients(lambda v, f=value: f(x, y, v, b), w), ROUGH)  # type: ignore[misc] # f is bound early
        agrees(grad_b, float(quotients(lambda v, f=value: f(x, y, w, float(v)), b)), ROUGH)  # type: ignore[misc]


def layers(*sizes: int) -> list[tuple[Any, Any]]:
    rng = np.random.default_rng(len(sizes))
    return [(rng.normal(size=(m, n)), rng.normal(size=n)) for m, n in itertools.pairwise(sizes)]


@pytest.mark.parametrize("f", [tanh, relu, softplus])
@pytest.mark.parametrize("sizes", [(3, 2), (3, 2, 2)])
def test_a_network_is_derived_by_every_weight_and_bias(sizes: tuple[int, ...], f: Any) -> None:
    params, target = layers(*sizes), RNG.normal(size=(5, 2))
    got = derivative(network, "params", X, target, params, f=f)
    value = mean(network, {"f": f})
    assert [type(pair) for pair in got] == [tuple] * (len(sizes) - 1)
    for layer, (V, c) in enumerate(params):

        def at(v: Any, layer: int = layer, part: int = 0) -> float:
            moved = [list(pair) for pair in params]
            moved[layer][part] = v
            return value(X, target, moved)

        agrees(got[layer][0], quotients(at, V), ROUGH)
        agrees(got[layer][1], quotients(lambda v, at=at: at(v, part=1), c), ROUGH)  # type: ignore[misc]


def test_activations_of_one_derivation_do_not_mix() -> None:
    """The network is derived once, with an activation that has no name yet; each brings its own slope."""
    known = Derivations("a test")
    params, target = layers(3, 2, 1), RNG.normal(size=(5, 1))
    together = [gradient(known, network, ("params",), {"f": f})(X, target, params) for f in (tanh, relu, softplus)]
    alone = [derivative(network, "params", X, target, params, f=f) for f in (tanh, relu, softplus)]
    for one, other in zip(together, alone, strict=True):
        agrees(one, other)
    assert len([key for key in known.compiled if key[0] == "network"]) == 1  # type: ignore[index] # a tuple


def test_the_derivative_of_relu_is_zero_at_zero() -> None:
    params = [(np.eye(2), np.zeros(2)), (np.ones((2, 1)), np.zeros(1))]
    grads = derivative(network, "params", np.zeros((1, 2)), np.ones((1, 1)), params, f=relu)
    agrees(grads[0], (np.zeros((2, 2)), np.zeros(2)))
    agrees(grads[1][1], np.array([-1.0]))


def test_an_entry_that_does_not_depend_on_the_sample_is_broadcast_over_the_batch() -> None:
    def linear(m: Any, x: Any, w: Any, b: Any) -> Any:
        return m.sum(x) * 0 + 3 * b + m.dot(w, w) / 2

    grad_w, grad_b = derivative(linear, "w b", X, W, B)
    agrees((grad_w, grad_b), (W, 3.0))


def test_a_lambda_is_refused_since_two_of_them_would_have_one_name() -> None:
    """Derivations are kept by name: the second lambda would silently get the slope of the first."""
    params, target = layers(3, 2, 1), RNG.normal(size=(5, 1))
    with pytest.raises(ValueError, match="def"):
        derivative(network, "params", X, target, params, f=lambda m, z: m.tanh(z))
    with pytest.raises(ValueError, match="def"):
        derivative(lambda m, x, w: m.dot(x, w) ** 2, "w", X, W)


# --- kept by content ---


def code_of(known: Derivations, body: str = "return [s0]") -> str:
    return known.code("what", lambda: f"def derived(s0):\n    {body}\n")


def never() -> str:
    raise AssertionError("derived again")


def test_a_derivation_is_made_once_and_kept_on_disk(tmp_path: Path) -> None:
    first = code_of(Derivations("source", folder=tmp_path / "cache"))
    assert Derivations("source", folder=tmp_path / "cache").code("what", never) == first
    assert [path.suffix for path in (tmp_path / "cache").iterdir()] == [".json"]


def test_what_is_recorded_needs_no_disk() -> None:
    known = Derivations("source")
    first = code_of(known)
    assert Derivations("source", dict(known.known)).code("what", never) == first


def test_another_loss_is_another_derivation(tmp_path: Path) -> None:
    code_of(Derivations("source", folder=tmp_path))
    assert code_of(Derivations("source!", folder=tmp_path), "return [2 * s0]").endswith("[2 * s0]\n")


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"code": 7}', b'{"other": "x"}', b"\xff\xfe\x00", b"null"])
def test_a_file_that_is_not_whole_is_derived_again(tmp_path: Path, content: bytes) -> None:
    first = code_of(Derivations("source", folder=tmp_path))
    (file,) = tmp_path.iterdir()
    file.write_bytes(content)
    assert code_of(Derivations("source", folder=tmp_path)) == first
    assert json.loads(file.read_text("utf-8"))["code"] == first


def test_a_cache_that_cannot_be_written_costs_time_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert code_of(Derivations("source", folder=tmp_path / "file" / "cache"))


def test_the_cache_lies_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("GRADER_CACHE", raising=False)
    assert symbolic.cache_folder() == tmp_path / "grader"
    monkeypatch.setenv("GRADER_CACHE", str(tmp_path / "chosen"))
    assert symbolic.cache_folder() == tmp_path / "chosen"


def test_sympy_is_imported_only_where_the_cache_is_cold(tmp_path: Path) -> None:
    """Half a second in every student's `check`, and a library less that a grading machine must hold."""
    script = (
        "import sys, numpy as np\nfrom pathlib import Path\nfrom grader.symbolic import Derivations, gradient\n"
        "def loss(m, x, y, w, b):\n    return (m.dot(x, w) + b - y) ** 2 / 2\n"
        "d = Derivations('s', folder=Path(sys.argv[1]))\n"
        "print(gradient(d, loss, ('w', 'b'), {})(np.ones((2, 1)), np.ones(2), np.ones(1), 2.0), 'sympy' in sys.modules)"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", script, str(tmp_path)],
            capture_output=True, text=True, check=True, timeout=60, env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        ).stdout.strip()
        for _ in range(2)
    ]  # fmt: skip
    assert [line.rpartition(" ")[2] for line in said] == ["True", "False"]
    assert said[0].rpartition(" ")[0] == said[1].rpartition(" ")[0] == "(array([2.]), 2.0)"


# --- formulas for people ---


def half_square(m: Any, x: Any, y: Any, w: Any, b: Any) -> Any:
    return (m.dot(x, w) + b - y) ** 2 / 2


def surprise(m: Any, x: Any, y: Any, w: Any, b: Any) -> Any:
    z = m.dot(x, w) + b
    return y * m.log(1 + m.exp(-z)) + (1 - y) * m.log(1 + m.exp(z))


def logit(m: Any, x: Any, w: Any, b: Any) -> Any:
    return m.dot(x, w) + b


def network_loss(m: Any, x: Any, y: Any, params: Any, f: Any) -> Any:
    (W, b), (V, c) = params
    return m.sum((m.dot(f(m.dot(x, W) + b), V) + c - y) ** 2) / 2


def first_unit(m: Any, x: Any, params: Any) -> Any:
    return (m.dot(x, params[0][0]) + params[0][1])[0]


LINE = {"x": "x (2,)", "y": "y", "w": "w (2,)", "b": "b"}
LAYERS = {"x": "x (2,)", "y": "y (1,)", "params": [("W1 (2, 2)", "b1 (2,)"), ("W2 (2, 1)", "b2 (1,)")]}


@pytest.mark.parametrize(("loss", "where"), [(half_square, {}), (surprise, {"z": logit}), (half_square, {"z": logit})])
def test_a_formula_says_what_the_gradient_computes(loss: Any, where: Any) -> None:
    texts = [text for _, text in symbolic.formulas(Derivations("s"), loss, ("w", "b"), LINE, where)]
    names: dict[str, Any] = {"x": np.array([1.5, -0.5]), "y": 1.0, "w": np.array([0.7, 2.0]), "b": 0.3, "exp": np.exp}
    for text in reversed(texts):  # what is named stands behind what uses it
        left, right = text.split(" = ")
        names[left] = eval(right, names)
    args = names["x"][None, :], np.array([names["y"]]), names["w"], names["b"]
    grad_w, grad_b = symbolic.gradient(Derivations("s"), loss, ("w", "b"), {})(*args)
    assert names["dl/dw[0]"] == pytest.approx(grad_w[0], rel=1e-12)
    assert names["dl/db"] == pytest.approx(grad_b, rel=1e-12)


def test_a_networks_formula_has_an_entry_a_part_and_functions_that_stay_functions() -> None:
    made = symbolic.formulas(Derivations("s"), network_loss, ("params",), LAYERS, {"z": first_unit})
    texts = dict(text.split(" = ") for _, text in made)
    assert list(texts) == ["dl/dW1[0, 0]", "dl/db1[0]", "dl/dW2[0, 0]", "dl/db2[0]", "z"]
    assert "f'(z)" in texts["dl/dW1[0, 0]"]
    assert texts["z"] == "W1[0, 0]*x[0] + W1[1, 0]*x[1] + b1[0]"


def test_a_formula_is_typeset_with_indices_from_one_and_layers_above() -> None:
    latex = [line for line, _ in symbolic.formulas(Derivations("s"), network_loss, ("params",), LAYERS, {})]
    assert latex[0].startswith(r"\frac{\partial \ell}{\partial W^{(1)}_{11}} = W^{(2)}_{11} x_{1}")
    assert r"f'\left(" in latex[0]
    assert r"\partial w_{1}" in symbolic.formulas(Derivations("s"), half_square, ("w",), LINE, {})[0][0]


def test_a_formula_is_derived_once(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Derivations("source")
    first = symbolic.formulas(known, half_square, ("w", "b"), LINE, {})
    monkeypatch.setattr(symbolic, "_sympy", never)
    assert symbolic.formulas(Derivations("source", dict(known.known)), half_square, ("w", "b"), LINE, {}) == first
