"""Whatever a function answers, a check comes to a verdict: none of it is our fault, and none of it is worth a point."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest
from judging import ROOT, SLUGS, judged_here, names_of, ready

from grader.forms import Form
from grader.report import Item

FUNCTIONS = [(slug, name) for slug in SLUGS for name in ready(slug).forms]
SIZES, VALUES = (0, 1, 9), (0.0, -7.5e8)
HOW_MANY = len(SIZES) * len(VALUES)


def answers(form: Form, args: tuple[Any, ...]) -> Iterator[Any]:
    """Answers of the promised form that have nothing to do with the question: other sizes, zeros, ones, large."""
    for size in SIZES:
        for value in VALUES:
            parts = [_part(kind, size, value, args, form) for kind in form.kinds]
            yield parts[0] if len(parts) == 1 else tuple(parts)


def _part(kind: Any, size: int, value: float, args: tuple[Any, ...], form: Form) -> Any:
    match kind.word:
        case "float":
            return value
        case "int":
            return int(value)
        case "array":
            return np.full((size,) * len(kind.detail), value)
        case "integers":
            return np.full((size,) * len(kind.detail), int(value))
        case "like":
            like = dict(zip(form.parameters, args, strict=False)).get(kind.detail[0])
            return np.full((size,) * like.ndim, value) if isinstance(like, np.ndarray) else value
        case "layers" | "batches":
            return [(np.full((size, size), value), np.full(size, value))] * size
        case "lists":
            return {key: [value] * size for key in kind.detail}
        case _:
            return None


def judged(slug: str, name: str, answer: Callable[..., Any]) -> list[Item]:
    """The items of one function that answers so, beside the reference's others."""
    items = judged_here(ready(slug), {**reference(slug), name: answer}, functions=[name])
    assert [f"{item.id}: {item.finding}" for item in items if item.status == "unjudged"] == []
    return items


@cache
def reference(slug: str) -> Mapping[str, Any]:
    return names_of((ROOT / "solutions" / f"{slug}.py").read_text("utf-8"), slug)


@pytest.mark.parametrize(("slug", "name"), FUNCTIONS)
def test_an_answer_that_has_nothing_to_do_with_the_question_is_worth_nothing(slug: str, name: str) -> None:
    form = ready(slug).forms[name]
    for number in range(HOW_MANY):

        def garbage(*args: Any, number: int = number, **_: Any) -> Any:
            return list(answers(form, args))[number]

        items = judged(slug, name, garbage)
        passed = {item.id: item.points for item in items if item.points}
        assert not passed, number


@pytest.mark.parametrize(("slug", "name"), [one for one in FUNCTIONS if len(ready(one[0]).forms[one[1]].kinds) > 1])
def test_an_answer_with_one_part_right_breaks_no_check(slug: str, name: str) -> None:
    """A check may look at a part before it has looked at the others."""
    form, right = ready(slug).forms[name], reference(slug)[name]
    for part in range(len(form.kinds)):
        for number in range(0, HOW_MANY, 2):

            def half(*args: Any, part: int = part, number: int = number, **named: Any) -> Any:
                answer = list(right(*args, **named))
                answer[part] = list(answers(form, args))[number][part]
                return tuple(answer)

            items = judged(slug, name, half)
            assert form.kinds[part].word == "opaque" or sum(i.points for i in items) < ready(slug).points[name]
