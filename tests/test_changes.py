"""What changed between two results: the items' differences are the totals' difference, and no loss is left out."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthetic import result, unjudged

from grader.changes import change
from grader.report import Item, ItemStatus, Result, total

statuses: st.SearchStrategy[ItemStatus] = st.sampled_from(["passed", "failed", "skipped"])


@st.composite
def some_items(draw: st.DrawFn) -> tuple[Item, ...]:
    """Items of one set of checks, in points that a course could have."""
    ids = draw(st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=8))
    made = []
    for id_ in ids:
        status = draw(statuses)
        worth = draw(st.integers(0, 40)) / 4
        got = worth if status == "passed" else 0.0 if status == "skipped" else worth * draw(st.sampled_from([0, 0.5]))
        mistake = draw(st.sampled_from([None, "sign", "sum for mean"])) if status == "failed" else None
        made.append(Item(id_, "f", f"`f` does {id_}.", status, got, worth, "It does not.", None, mistake))
    return (*made, Item("written", None, "By hand.", "manual", draw(st.integers(0, 4)), 4.0))


def of(items: tuple[Item, ...]) -> Result:
    return dataclasses.replace(result(), items=items, points=total(items))


@given(some_items(), some_items())
def test_gains_and_losses_add_up_to_the_totals_difference(before: tuple[Item, ...], after: tuple[Item, ...]) -> None:
    found = change(of(before), of(after))
    assert found.points == pytest.approx(found.gains + found.losses, abs=1e-6)
    assert found.gains >= 0 >= found.losses


@given(some_items(), some_items())
def test_no_total_goes_down_without_an_item_that_says_so(before: tuple[Item, ...], after: tuple[Item, ...]) -> None:
    found = change(of(before), of(after))
    if found.points is not None and found.points < 0:
        assert found.matters
        assert any(pair.points < 0 for pair in found.items)


@given(some_items(), some_items())
def test_the_way_back_is_the_opposite(before: tuple[Item, ...], after: tuple[Item, ...]) -> None:
    there, back = change(of(before), of(after)), change(of(after), of(before))
    assert there.points == pytest.approx(-(back.points or 0.0))
    assert {pair.item.id: pair.points for pair in there.items} == {p.item.id: -p.points for p in back.items}


@given(some_items())
def test_the_same_result_changes_nothing(items: tuple[Item, ...]) -> None:
    found = change(of(items), of(items))
    assert (found.items, found.points, found.matters) == ((), 0, False)


def test_other_words_for_the_same_verdict_are_no_change() -> None:
    """New draws give another example."""
    before = result(passed=[False])
    after = dataclasses.replace(before, items=tuple(dataclasses.replace(i, finding="Other.") for i in before.items))
    assert not change(before, after).matters


def test_another_mistake_for_the_same_points_is_a_change() -> None:
    before = result(passed=[False])
    after = dataclasses.replace(before, items=tuple(dataclasses.replace(i, mistake="x") for i in before.items))
    found = change(before, after)
    assert (found.points, found.matters) == (0, True)


def test_claims_that_only_weigh_otherwise_matter_by_their_sum() -> None:
    before = result(passed=[True, True])
    first, second, written = before.items

    def worth(a: float, b: float) -> Result:
        return of(
            (
                dataclasses.replace(first, points=a, max_points=a),
                dataclasses.replace(second, points=b, max_points=b),
                written,
            )
        )

    assert not change(before, worth(3.0, 1.0)).matters
    assert change(before, worth(1.0, 1.0)).matters


def test_without_points_there_is_no_difference_but_a_change() -> None:
    for before, after in ((result(), unjudged()), (unjudged(), result())):
        found = change(before, after)
        assert (found.points, found.matters) == (None, True)
    assert change(None, result()).matters


def test_a_claim_that_is_new_or_gone_is_listed() -> None:
    before, after = result(passed=[True]), result(passed=[True, True])
    (new,) = change(before, after).items
    (gone,) = change(after, before).items
    assert (new.before, new.points, gone.after, gone.points) == (None, 2.0, None, -2.0)


def test_two_items_of_one_name_are_held_against_each_other_in_order() -> None:
    twice = tuple(dataclasses.replace(item, id="same") for item in result(passed=[True, False]).items)
    swapped = (twice[1], twice[0], twice[2])
    assert [pair.points for pair in change(of(twice), of(swapped)).items] == [-2.0, 2.0]
