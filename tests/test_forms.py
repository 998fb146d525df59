"""What passes as an answer, and what does not, whatever a stranger returns."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from grader.forms import Form, FormError, describe, parse
from grader.sandbox.values import Handle, Opaque

VECTOR = parse("X, w, b", "y_hat (n_samples,)")
MATRIX = parse("X", "W (fan_in, fan_out)")
FLOAT = parse("y_hat, y", "loss float")
INT = parse("sizes", "size int")
CLASSES = parse("X", "classes integers (n_samples,)")
LIKE = parse("z, activation", "a like z")
PAIR = parse("X, y, w, b", "grad_w (n_features,), grad_b float")
LAYERS = parse("params, rate=0.1", "params layers W b")
BATCHES = parse("X, y", "batches")
HISTORY = parse("X", "params layers, history lists train validation")
CACHE = parse("X, params", "Y_hat (n_samples, n_outputs), cache opaque")
ALL = (VECTOR, MATRIX, FLOAT, INT, CLASSES, LIKE, PAIR, LAYERS, BATCHES, HISTORY, CACHE)


def refused(form: Form, raw: object, *arguments: object) -> FormError:
    with pytest.raises(FormError) as raised:
        form.read(raw, arguments)
    return raised.value


def floats(value: Any) -> bool:
    return type(value) is np.ndarray and value.dtype == np.float64 and bool(np.all(np.isfinite(value)))


# --- the language ---


def test_a_form_knows_its_parameters_without_their_defaults() -> None:
    assert parse("X, w, b", "y_hat (n,)").parameters == ("X", "w", "b")
    assert parse("f, x, eps=1e-5", "g like x").parameters == ("f", "x", "eps")
    assert parse("x, size=(2, 3), n", "y (n,)").parameters == ("x", "size", "n")


def test_commas_within_a_shape_do_not_part_an_answer() -> None:
    form = parse("rng", "X (n_samples, n_features), y (n_samples,), n int")
    assert [kind.word for kind in form.kinds] == ["array", "array", "int"]
    assert [kind.detail for kind in form.kinds] == [("n_samples", "n_features"), ("n_samples",), ()]


@pytest.mark.parametrize("returns", ["", "loss", "loss real", "y_hat [n]", "a b c", "y (n,), ", "batch"])
def test_a_form_that_is_not_understood_is_the_authors_error(returns: str) -> None:
    with pytest.raises(ValueError, match=r"name and a kind|unknown kind"):
        parse("X", returns)


def test_only_what_must_be_is_drained_or_kept() -> None:
    assert [form.drain for form in ALL].count(True) == 1
    assert BATCHES.drain
    assert {form.keep for form in ALL if form is not CACHE} == {()}
    assert CACHE.keep == (1,)


def test_a_function_may_have_a_time_limit_of_its_own() -> None:
    assert parse("X", "y (n,)", 30).seconds == 30
    assert VECTOR.seconds is None


@pytest.mark.parametrize(
    ("form", "path", "name"),
    [
        (VECTOR, (), "y_hat"),
        (PAIR, (0,), "grad_w"),
        (PAIR, (1,), "grad_b"),
        (LAYERS, (0, 1), "b of layer 1"),
        (LAYERS, (2, 0), "W of layer 3"),
        (LAYERS, (2,), "layer 3"),
        (HISTORY, (0, 1, 0), "W of layer 2"),
        (HISTORY, (1, "train"), 'history["train"]'),
        (BATCHES, (3, 1), "y_batch of batch 4"),
        (CACHE, (0,), "Y_hat"),
    ],
)
def test_a_part_has_the_name_that_its_author_gave_it(form: Form, path: tuple[int | str, ...], name: str) -> None:
    assert form.name_of(path) == name


def test_a_form_reads_as_a_person_would_say_it() -> None:
    assert VECTOR.text == "y_hat, an array of shape (n_samples,)"
    assert MATRIX.text == "W, an array of shape (fan_in, fan_out)"
    assert PAIR.text == "a tuple of 2: grad_w, an array of shape (n_features,); grad_b, a number"
    assert CLASSES.text == "classes, an array of integers of shape (n_samples,)"
    assert "'train' and 'validation'" in HISTORY.text


# --- arrays ---


@pytest.mark.parametrize(
    "raw",
    [
        np.array([1.0, 2.0]),
        np.array([1, 2]),
        np.array([1, 2], dtype=np.uint8),
        np.array([1, 2], dtype=np.float32),
        [1, 2],
        [1.0, 2],
        (1.0, 2.0),
        [np.array(1.0), 2.0],
        [True, 2.0],
    ],
)
def test_whatever_numpy_makes_a_number_array_of_is_an_array(raw: object) -> None:
    answer = VECTOR.read(raw)
    assert floats(answer)
    assert np.array_equal(answer, [1.0, 2.0])  # type: ignore[arg-type] # an array by the line above


@pytest.mark.parametrize("raw", [[[1, 2], [3, 4]], ([1.0, 2.0], (3.0, 4.0)), [np.array([1, 2]), [3, 4]], np.eye(2)])
def test_rows_may_be_lists_tuples_or_arrays(raw: object) -> None:
    answer = MATRIX.read(raw)
    assert floats(answer)
    assert np.shape(answer) == (2, 2)  # type: ignore[call-overload] # an array by the line above


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (None, "None: is there a return?"),
        ("1, 2", "text"),
        (np.array([True, False]), "truth values"),
        ([True, False], "truth values"),
        (np.array([1j, 2]), "complex"),
        (np.array([1.0, None]), "objects"),
        (np.array(["1", "2"]), "objects"),
        ([1.0, None], "something else than numbers"),
        (["1", "2"], "something else than numbers"),
        ([[1.0], [1.0, 2.0]], "unequal length"),
        ([1.0, [2.0]], "unequal length"),
        ([2**70, 1], "objects"),
        ({"y_hat": [1.0]}, "a dict"),
        (np.ones((2, 1)), "dimensions"),
        (np.ones((1, 2)), "dimensions"),
        ([[1.0], [2.0]], "dimensions"),
        (1.0, "dimensions"),
        (np.array(1.0), "dimensions"),
        (np.array([1.0, math.nan]), "NaN"),
        ([1.0, math.inf], "infinite"),
        ([-math.inf, 1.0], "infinite"),
        (Opaque("generator"), "generator"),
        (Opaque("array of dtype object"), "holds no numbers"),
        (Handle(0), "holds no numbers"),
    ],
)
def test_what_is_no_vector_is_refused_with_what_it_is(raw: object, says: str) -> None:
    error = refused(VECTOR, raw)
    assert says in str(error)
    assert "y_hat" in error.sentence


def test_shapes_are_figures_since_a_hidden_draw_has_one() -> None:
    error = refused(VECTOR, np.ones((17, 1)))
    assert "17" not in error.sentence
    assert error.figures == "shape (17, 1)"


def test_a_type_of_the_students_own_is_not_named_since_its_name_may_say_anything() -> None:
    assert "4711" not in str(refused(VECTOR, Opaque("X_was_4711")))


def test_lists_too_deep_for_numpy_are_refused() -> None:
    deep: Any = 1.0
    for _ in range(70):
        deep = [deep]
    refused(VECTOR, deep)


# --- numbers ---


@pytest.mark.parametrize("raw", [2.0, 2, np.array(2.0), np.array(2), np.array(2, dtype=np.float32), np.float64(2)])
def test_a_float_is_a_number_a_numpy_scalar_or_an_array_without_dimension(raw: object) -> None:
    arrived = np.asarray(raw) if isinstance(raw, np.generic) else raw  # as it crosses
    answer = FLOAT.read(arrived)
    assert type(answer) is float
    assert answer == 2.0


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (None, "None"),
        (True, "truth value"),
        (np.array(True), "truth values"),
        (np.array([2.0]), "an array"),
        (np.array([[2.0]]), "an array"),
        ([2.0], "a list"),
        ("2.0", "text"),
        (np.array(2j), "complex"),
        (math.nan, "NaN"),
        (math.inf, "infinite"),
        (np.array(-math.inf), "infinite"),
        (2**2000, "not finite"),
        (Opaque("complex"), "holds no numbers"),
    ],
)
def test_what_is_no_float_is_refused_with_what_it_is(raw: object, says: str) -> None:
    assert says in str(refused(FLOAT, raw))


def test_an_int_is_an_integer_of_any_size() -> None:
    assert INT.read(2**80) == 2**80
    assert INT.read(np.array(7, dtype=np.int32)) == 7
    for raw in (7.0, True, np.array(7.0), np.array([7]), np.array(True), "7", None):
        refused(INT, raw)


def test_classes_are_of_an_integer_dtype() -> None:
    assert floats(CLASSES.read(np.array([0, 1])))
    assert floats(CLASSES.read([0, 1]))
    for raw in (np.array([0.0, 1.0]), np.array([False, True]), [0.0, 1.0], np.array([[0], [1]])):
        refused(CLASSES, raw)


def test_like_z_is_a_number_for_a_number_and_an_array_for_an_array() -> None:
    assert LIKE.read(0.5, (0.0, "tanh")) == 0.5
    assert floats(LIKE.read([[0.5]], (np.zeros((1, 1)), "tanh")))
    refused(LIKE, np.array([0.5]), 0.0, "tanh")
    refused(LIKE, 0.5, np.zeros(1), "tanh")
    refused(LIKE, np.zeros((2, 1)), np.zeros(2), "tanh")


# --- several parts ---


@pytest.mark.parametrize("raw", [(np.ones(3), 1.0), [np.ones(3), 1.0], ([1, 1, 1], np.array(1))])
def test_a_pair_is_a_tuple_or_a_list_of_two(raw: object) -> None:
    answer: Any = PAIR.read(raw)
    grad_w, grad_b = answer
    assert floats(grad_w)
    assert type(grad_b) is float


@pytest.mark.parametrize(
    "raw", [np.ones(4), np.ones((2, 2)), (np.ones(3),), (np.ones(3), 1.0, 2.0), None, Opaque("generator"), {}, "ab"]
)
def test_what_is_no_pair_is_refused_as_a_whole(raw: object) -> None:
    assert "a tuple of 2" in refused(PAIR, raw).sentence


def test_the_part_that_is_wrong_is_named() -> None:
    assert "grad_b" in refused(PAIR, (np.ones(3), np.ones(1))).sentence
    assert "grad_w" in refused(PAIR, (np.ones((3, 1)), 1.0)).sentence
    assert "NaN" in refused(PAIR, (np.ones(3), math.nan)).sentence


def test_layers_are_pairs_of_a_matrix_and_a_vector() -> None:
    layers: Any = LAYERS.read(([[[1, 2]], [3, 4]], (np.ones((2, 1)), np.ones(1))))
    assert [tuple(map(np.shape, pair)) for pair in layers] == [((1, 2), (2,)), ((2, 1), (1,))]
    assert all(floats(part) for pair in layers for part in pair)
    for raw in (
        None,
        np.ones((2, 2)),
        Opaque("generator"),
        [np.ones((2, 1))],
        [(np.ones((2, 1)), np.ones(1), 0)],
        [(np.ones((2, 1)), np.ones((1, 1)))],
        [(np.ones(2), np.ones(1))],
        [(np.ones((2, 1)), None)],
        {"W": np.ones((2, 1))},
    ):
        refused(LAYERS, raw)
    assert LAYERS.read([]) == []


def test_batches_are_pairs_of_rows_and_their_targets() -> None:
    batches: Any = BATCHES.read([(np.ones((2, 3)), np.ones(2)), [[[1, 1, 1]], [1]]])
    assert [tuple(map(np.shape, pair)) for pair in batches] == [((2, 3), (2,)), ((1, 3), (1,))]
    for raw in (
        None,
        Opaque("an iterable that does not end"),
        [np.ones((2, 3))],
        [(np.ones((2, 3)), np.ones((2, 1)))],
        [(np.ones((2, 3)), np.ones(2), 1)],
        [1, 2],
        "ab",
    ):
        refused(BATCHES, raw)


def test_a_history_is_a_dict_with_both_lists_and_may_hold_more() -> None:
    params = [(np.ones((1, 1)), np.ones(1))]
    answer: Any = HISTORY.read((params, {"train": [1, 2], "validation": np.ones(2), "best": None}))
    history = answer[1]
    assert sorted(history) == ["train", "validation"]
    assert all(floats(values) for values in history.values())
    for raw in (
        {"train": [1.0]},
        [[1.0], [2.0]],
        {"train": [1.0], "validation": [math.nan]},
        {"train": 1.0, "validation": 2.0},
        {"train": [1.0], "validation": ["2"]},
        None,
    ):
        refused(HISTORY, (params, raw))


def test_a_cache_is_never_looked_at() -> None:
    answer: Any = CACHE.read((np.ones((2, 1)), Handle(7)))
    assert answer[1] == Handle(7)
    refused(CACHE, (np.ones(2), Handle(7)))
    refused(CACHE, np.ones((2, 1)))


# --- whatever a stranger returns ---

NUMBERS = st.floats() | st.integers(-(2**70), 2**70) | st.booleans()
WIRE = st.recursive(
    st.none()
    | NUMBERS
    | st.text(max_size=4)
    | st.builds(Opaque, st.text(max_size=80))
    | st.builds(Handle, st.integers(0, 3))
    | arrays(
        st.sampled_from([np.float64, np.int64, np.bool_, np.complex128, np.float32, np.uint8]),
        array_shapes(min_dims=0, min_side=0, max_side=3),
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.sampled_from(["train", "validation", "x"]), inner)
    ),
    max_leaves=8,
)


def is_of(form: Form, answer: Any) -> bool:
    """Whether a check may unpack the answer without fear."""
    values = (answer,) if len(form.kinds) == 1 else answer
    return len(values) == len(form.kinds) and all(map(_is_kind, form.kinds, values))


def _is_kind(kind: Any, value: Any) -> bool:
    match kind.word:
        case "float":
            return type(value) is float and math.isfinite(value)
        case "int":
            return type(value) is int
        case "array" | "integers":
            return floats(value) and value.ndim == len(kind.detail)
        case "like":
            return type(value) is float and math.isfinite(value)
        case "layers" | "batches":
            return type(value) is list and all(
                type(pair) is tuple and [floats(p) and p.ndim for p in pair] == [2, 1] for pair in value
            )
        case "lists":
            return sorted(value) == sorted(kind.detail) and all(floats(v) and v.ndim == 1 for v in value.values())
        case _:
            return True


@pytest.mark.parametrize("form", ALL, ids=lambda form: form.text[:20])
@given(raw=WIRE)
def test_an_answer_is_of_its_form_or_a_form_error(form: Form, raw: object) -> None:
    """Anything else would be the check's own fault, and leave an item unjudged."""
    try:
        answer = form.read(raw, (0.5, 0.5))
    except FormError:
        return
    assert is_of(form, answer)


@given(raw=WIRE)
def test_what_an_answer_is_can_always_be_said_in_a_word(raw: object) -> None:
    assert 0 < len(describe(raw)) <= 100
