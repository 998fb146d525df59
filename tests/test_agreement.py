"""An answer agrees with the right one, or does not: relative to its size, shape before value, never broadcast."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from grader.agreement import (
    ACCURACY,
    EPS,
    ROUNDING,
    Disagreement,
    Tolerance,
    agrees,
    compare,
    leaves,
    require,
    size_of,
    unchanged,
)

ENTRIES = st.floats(-1e6, 1e6).filter(lambda v: v == 0 or abs(v) > 1e-6)
ARRAYS = arrays(np.float64, array_shapes(min_dims=0, max_dims=3, max_side=4), elements=ENTRIES)
ANSWERS = st.recursive(
    ARRAYS | ENTRIES | st.integers(-1000, 1000),
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


def disagree(got: object, right: object, within: Tolerance = ACCURACY) -> Disagreement:
    with pytest.raises(Disagreement) as raised:
        agrees(got, right, within)
    return raised.value


def times(value: Any, factor: float) -> Any:
    """Every number of an answer, times a factor."""
    if isinstance(value, tuple | list):
        return type(value)(times(item, factor) for item in value)
    if isinstance(value, dict):
        return {key: times(item, factor) for key, item in value.items()}
    return value * factor


@given(ANSWERS)
def test_every_finite_answer_agrees_with_itself(answer: object) -> None:
    agrees(answer, answer)


@given(ARRAYS, ARRAYS)
def test_the_error_of_a_for_b_is_that_of_b_for_a(a: np.ndarray[Any, Any], b: np.ndarray[Any, Any]) -> None:
    assert compare(a, b)[0].error == compare(b, a)[0].error


@given(ANSWERS, st.integers(-60, 60))
def test_a_verdict_does_not_depend_on_the_unit(answer: object, power: int) -> None:
    """With an absolute floor, small answers would all agree."""
    right = times(answer, 1.0)
    wrong = times(right, 1 + 1e-6)
    if size_of(right) == 0:
        return
    scaled = times(right, 2.0**power)
    agrees(scaled, scaled)
    disagree(times(wrong, 2.0**power), scaled)


@given(ANSWERS, st.floats(1e-7, 1e7))
def test_another_scale_never_agrees(answer: object, factor: float) -> None:
    if size_of(answer) == 0 or abs(factor - 1) < 1e-8:
        return
    disagree(times(answer, factor), answer)


@pytest.mark.parametrize("size", [1e-300, 1e-9, 1.0, 1e12])
def test_the_tolerance_is_relative_to_the_largest_entry_of_the_part(size: float) -> None:
    right = size * np.array([1.0, 1e-7, -0.5])
    allowed = (ACCURACY.relative + ROUNDING) * size
    agrees(right + np.array([0, 0.99 * allowed, 0]), right)
    disagree(right + np.array([0, 1.01 * allowed, 0]), right)


def test_a_gradient_of_size_1e_9_does_not_pass_as_zero() -> None:
    right = 1e-9 * np.array([1.0, -2.0])
    assert disagree(np.zeros(2), right).path == ()
    disagree((right, 0.0), (right, 1e-9))


def test_each_part_is_judged_by_its_own_size() -> None:
    """A bias gradient a million times smaller than the weights' is still judged to nine digits of its own."""
    right = (np.array([1e6]), 1.0)
    agrees((right[0], 1 + 0.9e-9), right)
    wrong = disagree((right[0], 1 + 1e-6), right)
    assert wrong.path == (1,)
    assert [part.agrees for part in wrong.parts] == [True, False]


def test_a_part_that_cancels_to_zero_may_keep_the_rounding_of_the_whole() -> None:
    """The sum of errors is zero at the minimum, and in float64 it is 1e-16 of what was summed."""
    agrees((np.array([1.0]), 50 * EPS), (np.array([1.0]), 0.0))
    disagree((np.array([1.0]), 100 * EPS), (np.array([1.0]), 0.0))
    disagree(50 * EPS, 0.0)


def test_an_absolute_tolerance_is_on_top() -> None:
    edge = Tolerance(0.0, absolute=1e-12, because="the contract says so")
    agrees(np.array([0.0, 0.9e-12]), np.zeros(2), within=edge)
    disagree(np.array([0.0, 1.1e-12]), np.zeros(2), within=edge)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_agrees_with_nothing(bad: float) -> None:
    disagree(bad, 1.0)
    disagree(np.array([1.0, bad]), np.array([1.0, 2.0]))
    disagree(bad, bad)
    disagree(np.array([1.0, bad]), np.array([1.0, bad]))
    disagree(1.0, bad)


@pytest.mark.parametrize(
    ("got", "right"),
    [
        (np.ones((3, 1)), np.ones(3)),
        (np.ones(3), np.ones((3, 1))),
        (np.ones((1, 3)), np.ones(3)),
        (np.ones(1), 1.0),
        (1.0, np.ones(1)),
        (1.0, np.ones(3)),
        (np.ones((2, 2)), np.ones(4)),
        (np.ones(0), np.ones(1)),
        (np.ones((0, 3)), np.ones((0, 2))),
    ],
)
def test_shapes_never_broadcast(got: Any, right: Any) -> None:
    wrong = disagree(got, right)
    assert wrong.sentence == "has the wrong shape"
    assert str(np.shape(right)) in wrong.figures
    assert str(np.shape(got)) in wrong.figures


def test_a_wrong_shape_is_said_before_a_wrong_value() -> None:
    wrong = disagree((2.0, np.ones((2, 1))), (1.0, np.ones(2)))
    assert wrong.path == (1,)
    assert wrong.sentence == "has the wrong shape"


def test_empty_answers_of_the_same_shape_agree() -> None:
    agrees(np.ones((0, 3)), np.zeros((0, 3)))
    agrees([], [])


@pytest.mark.parametrize(
    ("got", "right"),
    [
        ([1.0], [1.0, 2.0]),
        ([1.0, 2.0, 3.0], [1.0, 2.0]),
        ([(1.0, 2.0)], [(1.0, (2.0,))]),
        ({"train": 1.0}, {"train": 1.0, "validation": 1.0}),
        ({"train": 1.0}, {"validation": 1.0}),
        (1.0, (1.0,)),
        (None, 1.0),
        ("1.0", 1.0),
    ],
)
def test_an_answer_of_other_parts_disagrees(got: object, right: object) -> None:
    assert "number of parts" in disagree(got, right).sentence


def test_the_figures_say_how_many_entries_came() -> None:
    assert disagree([1.0], [1.0, 2.0]).figures == "expected 2 entries, got 1"


def test_a_tuple_is_as_good_as_a_list() -> None:
    agrees([(1.0, np.ones(2))], ((1.0, np.ones(2)),))


def test_the_path_names_the_first_part_that_is_wrong() -> None:
    right = {"params": [(np.ones(2), 1.0), (np.ones(2), 2.0)]}
    got = {"params": [(np.ones(2), 1.0), (np.ones(2), 3.0)]}
    assert disagree(got, right).path == ("params", 1, 1)


def test_text_and_none_are_no_numbers_and_are_passed_over() -> None:
    assert list(leaves((None, "cache", 2.0))) == [((2,), np.asarray(2.0))]
    assert size_of((None, "x", [-3.0, {"a": np.array([1.0, -4.0])}])) == 4.0
    assert size_of(()) == 0.0


def test_comparing_writes_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    disagree(np.array([math.inf, 1e308]), np.array([-math.inf, -1e308]))
    assert capfd.readouterr() == ("", "")


def test_a_statement_that_holds_raises_nothing() -> None:
    require(np.bool_(True), "never said")
    with pytest.raises(Disagreement) as raised:
        require(np.bool_(False), "the loss rises", "from 1 to 2")
    assert (str(raised.value), raised.value.figures) == ("the loss rises", "from 1 to 2")


@given(ANSWERS)
def test_what_was_not_touched_is_unchanged(value: object) -> None:
    assert unchanged(value, value)


@given(ENTRIES.filter(lambda v: v != 0))
def test_four_units_in_the_last_place_are_no_change_and_a_few_more_are(value: float) -> None:
    ulp = np.spacing(abs(value))
    assert unchanged(np.array([value]), np.array([value + 4 * ulp]))
    assert not unchanged(np.array([value]), np.array([value + 6 * ulp]))


def test_the_room_is_that_of_each_entry_and_not_of_the_largest() -> None:
    assert not unchanged(np.array([1e9, 1e-9]), np.array([1e9, 2e-9]))


def test_a_floor_widens_the_room_for_small_entries_only() -> None:
    """Adding and taking away eps = 0.5 leaves an entry of 1e-12 within an ulp of 0.5."""
    x = np.array([1e-12])
    moved = x + 0.5 - 0.5
    assert not unchanged(x, moved)
    assert unchanged(x, moved, floor=0.5)
    assert not unchanged(np.array([1.0]), np.array([1.0 + 1e-14]), floor=0.5)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (np.ones(3), np.ones((3, 1))),
        (np.ones(3), np.ones(2)),
        ([np.ones(2)], []),
        ([1.0], [None]),
        (np.ones(2), np.array([1.0, math.nan])),
        ((1.0, {"a": 2.0}), (1.0, {"b": 2.0})),
    ],
)
def test_another_shape_another_length_or_nan_is_a_change(before: object, after: object) -> None:
    assert not unchanged(before, after)
