"""Draws: fresh from a secret, general where it counts, small where a person reads, and told by nothing that crosses."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.draw import SMALL_SIZES, Draw, Tape, entropy, layouts
from grader.sandbox.values import Rng

SECRET = bytes(range(16))
SEEDS = st.integers(0, 2**128 - 1)
LEVELS = range(len(SMALL_SIZES))


def drawn(seed: int = 1, level: int | None = None) -> Draw:
    return Draw(Tape(), seed, level)


def everything(draw: Draw) -> list[Any]:
    return [
        draw.array(3, 2),
        draw.number(0.1, 0.6),
        draw.integer(2, 9),
        draw.labels(5),
        *draw.regression(4, 2),
        *[part for pair in draw.params((2, 3, 1)) for part in pair],
        draw.made(lambda rng: rng.normal()),
    ]


def alike(a: list[Any], b: list[Any]) -> bool:
    return all(np.array_equal(x, y) for x, y in zip(a, b, strict=True))


@given(SEEDS)
def test_a_seed_always_draws_the_same(seed: int) -> None:
    assert alike(everything(drawn(seed)), everything(drawn(seed)))


@given(SEEDS)
def test_another_seed_draws_something_else(seed: int) -> None:
    assert not np.array_equal(drawn(seed).array(4, 3), drawn(seed ^ 1).array(4, 3))


def test_seeds_of_two_secrets_of_two_checks_and_of_two_runs_differ() -> None:
    seeds = {
        entropy(secret, slug, check, kind, index)
        for secret in (SECRET, SECRET[::-1], b"public")
        for slug in ("a", "b")
        for check in ("c", "d")
        for kind in ("general", "small")
        for index in range(3)
    }
    assert len(seeds) == 3 * 2 * 2 * 2 * 3
    assert all(0 <= seed < 2**128 for seed in seeds)
    assert max(seeds) > 2**120, "every one of the 128 bits is drawn"


def test_a_complete_tape_is_replayed_and_no_generator_is_asked() -> None:
    tape = Tape()
    first = everything(Draw(tape, 5))
    assert alike(everything(Draw(tape, 6, complete=True)), first)
    assert len(tape.drawn) == 10


def test_numpys_global_state_is_left_alone() -> None:
    np.random.seed(3)  # noqa: NPY002 - what must not be touched
    before = np.random.get_state()[1].copy()  # type: ignore[index] # noqa: NPY002
    everything(drawn())
    drawn().rng().generator().normal(size=5)
    assert np.array_equal(before, np.random.get_state()[1])  # type: ignore[index] # noqa: NPY002


def test_what_was_drawn_cannot_be_written_since_all_submissions_share_it() -> None:
    draw = drawn()
    nested = draw.made(lambda rng: [(rng.normal(size=2), [rng.normal(size=3)])])
    for array in [*everything(draw), nested[0][0], nested[0][1][0]]:
        if isinstance(array, np.ndarray):
            assert not array.flags.writeable


@given(SEEDS, st.sampled_from([1.0, 1e-6, 2.3]))
def test_no_entry_is_near_zero_and_none_is_large(seed: int, scale: float) -> None:
    size = np.abs(drawn(seed).array(5, 4, scale=scale)) / scale
    assert np.all((size >= 0.3 - 1e-12) & (size <= 1.7 + 1e-12))


@given(SEEDS)
def test_both_classes_are_there_and_the_loss_has_a_slope(seed: int) -> None:
    for n in (2, 3, 6):
        assert set(drawn(seed).labels(n)) == {0.0, 1.0}
    assert set(drawn(seed).labels(1)) <= {0.0, 1.0}
    X, y, w, b = drawn(seed).regression(4, 3)
    assert X.shape == (4, 3)
    assert np.all(np.abs(X @ w + b - y) >= 1 - 1e-12)


@given(SEEDS)
def test_numbers_and_integers_lie_between_their_ends_both_included(seed: int) -> None:
    draw = drawn(seed)
    assert 0.1 <= draw.number(0.1, 0.6) <= 0.6
    assert 2 <= draw.integer(2, 3) <= 3
    assert type(draw.integer(2, 3)) is int
    assert type(draw.number(0.1, 0.6)) is float


def test_every_integer_comes() -> None:
    assert {drawn(seed).integer(2, 5) for seed in range(100)} == {2, 3, 4, 5}


@given(SEEDS, st.sampled_from(LEVELS))
def test_an_example_is_in_small_whole_numbers(seed: int, level: int) -> None:
    draw = drawn(seed, level)
    x = draw.array(7, 5)
    assert x.shape == (SMALL_SIZES[level], SMALL_SIZES[level])
    assert set(np.abs(x).ravel()) <= {1.0, 2.0, 3.0}
    assert draw.number(0.5, 3.0) * 2 % 1 == 0
    assert 0.1 <= draw.number(0.1, 0.2) <= 0.2, "no half lies between"
    for W, b in draw.params((2, 3, 1)):
        assert np.all(W % 1 == 0)
        assert np.all(b % 1 == 0)


def test_examples_grow_from_level_to_level_and_begin_with_one() -> None:
    assert SMALL_SIZES[0] == 1
    assert list(SMALL_SIZES) == sorted(SMALL_SIZES)
    assert [drawn(level=level).size(3) for level in LEVELS] == [min(3, size) for size in SMALL_SIZES]
    assert drawn().size(3) == 3


def test_layers_fit_each_other() -> None:
    for level in (None, *LEVELS):
        shapes = [(W.shape, b.shape) for W, b in drawn(level=level).params((2, 4, 3))]
        assert shapes == [((2, 4), (4,)), ((4, 3), (3,))]


def test_generators_of_one_run_are_independent_and_each_is_new() -> None:
    draw = drawn()
    a, b = draw.rng(), draw.rng()
    assert a.entropy != b.entropy
    assert a.id != b.id
    assert drawn(2).rng().entropy not in {a.entropy, b.entropy}


def test_a_generators_entropy_leads_to_no_other_draw() -> None:
    """It crosses into the student's process, where a Generator gives it away."""
    draw = drawn(9)
    rng = draw.rng()
    assert rng.entropy != 9
    assert rng.spawn_key == ()
    assert 0 <= rng.entropy < 2**128
    assert not np.array_equal(
        np.random.default_rng(rng.entropy).normal(size=3), np.random.default_rng(9).normal(size=3)
    )


def test_a_twin_begins_where_its_sibling_began() -> None:
    rng = Rng(77)
    twin = Draw.twin(rng)
    assert (twin.entropy, twin.id == rng.id) == (77, False)
    assert rng.generator().normal() == twin.generator().normal()


@pytest.mark.parametrize("shape", [(5, 3), (1, 3), (4, 1), (2, 2)])
def test_layouts_hold_the_same_values_in_other_places(shape: tuple[int, ...]) -> None:
    X = np.arange(float(np.prod(shape))).reshape(shape)
    views = layouts(X)
    assert all(np.array_equal(view, X) for view in views)
    strides = {view.strides for view in views}
    assert X.strides not in strides - {views[0].strides} or min(shape) == 1
    assert any(s < 0 for view in views for s in view.strides)


def test_layouts_differ_from_each_other_where_sizes_allow() -> None:
    views = layouts(np.arange(15.0).reshape(5, 3))
    assert views[0].flags.f_contiguous
    assert not views[1].flags.c_contiguous
    assert views[2].strides[0] < 0
    assert views[-1].strides[1] < 0
