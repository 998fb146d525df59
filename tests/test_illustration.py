"""Pictures: of public draws and of a child that has seen no others; beside a claim, and never a part of its points."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest
import tiny_course
from judging import SLUGS, judged_here, names_of, replayed

from grader import course, judge, recorded, run
from grader.blame import StudentTimeout
from grader.exercise import AuthorError, Exercise
from grader.picture import Bars, Contours, Curves, Points
from grader.report import Item, Report, Result
from grader.sandbox import Limits, Zygote
from grader.submission import ReleasedNotebook, Submission

WRONG = "\ndef scale(x, factor): return x\n"


@pytest.fixture(scope="module", name="tiny")
def an_exercise(tmp_path_factory: pytest.TempPathFactory) -> Exercise:
    return tiny_course.exercise(tmp_path_factory.mktemp("tiny"))


def illustrated(made: Exercise, text: str = "", **options: Any) -> dict[str, Item]:
    return tiny_course.judged(made, text, illustrated=True, **options)


def numbers(item: Item, group: int) -> tuple[float, ...]:
    assert isinstance(item.picture, Bars)
    return item.picture.groups[group].y


# --- only public draws ---


def test_a_picture_is_of_the_same_draws_whatever_the_secret_is(tmp_path: Path) -> None:
    made = [tiny_course.exercise(tmp_path / str(i), secret=bytes([i]) * 16) for i in range(2)]
    first, other = (illustrated(one, WRONG)["scales"] for one in made)
    assert first.picture is not None
    assert first.picture == other.picture
    hidden = [tape.drawn for key, tape in made[0].tapes.items() if key[:2] == ("scales", "general")]
    public = [tape.drawn for key, tape in made[1].tapes.items() if key[:2] == ("scales", "general")]
    assert str(hidden) != str(public), "the secret does draw the others"


TELLS_WHAT_IT_SAW = """
import numpy as np
seen = []
def scale(x, factor):
    seen.append(np.array(x))
    return np.resize(seen[0], len(x))
"""


def test_a_submission_cannot_answer_a_picture_with_what_it_saw_before(tiny: Exercise, tmp_path: Path) -> None:
    file = tmp_path / "tiny.py"
    file.write_text(TELLS_WHAT_IT_SAW, "utf-8")
    marking = run.Marking(tiny, ReleasedNotebook("tiny"), {}, Limits(), illustrated=True)
    with Zygote("none", marking.limits, {}) as zygote:
        result = run.judged(marking, Submission("ada", "tiny", file), zygote)
    (scales,) = (item for item in result.items if item.id == "scales")
    assert scales.status == "failed"
    (public,) = tiny.tapes["scales", "picture", 0].drawn
    assert numbers(scales, 0) == tuple(public), "its first call was the picture's own"


# --- what it costs ---


@pytest.mark.parametrize(
    "text", ["", WRONG, "def scale(x, factor): raise ValueError", "def scale(x, factor): return 'a'"]
)
def test_pictures_change_nothing_else(tiny: Exercise, text: str) -> None:
    plain, shown = tiny_course.judged(tiny, text), illustrated(tiny, text)
    bare = {id_: dataclasses.replace(item, picture=None, formulas=()) for id_, item in shown.items()}
    assert bare == plain


def test_a_claim_that_holds_has_its_picture_too(tiny: Exercise) -> None:
    item = illustrated(tiny)["scales"]
    assert item.status == "passed"
    assert numbers(item, 0) == pytest.approx(numbers(item, 1))


def test_the_formula_is_there_where_the_code_raises(tiny: Exercise) -> None:
    item = illustrated(tiny, "def scale(x, factor): raise ValueError")["scales"]
    assert item.picture is None
    assert [formula.text for formula in item.formulas] == ["dl/dw[0] = x[0]*(w[0]*x[0] + w[1]*x[1])"]
    assert item.formulas[0].latex.startswith(r"\frac{\partial \ell}{\partial w_{1}} = x_{1}")


@pytest.mark.parametrize(
    "answer", ["np.full(len(x), 1e200)", "np.full(len(x), np.nan)", "np.zeros(len(x) + 1)", "np.zeros((9, 9))"]
)
def test_an_answer_that_cannot_be_drawn_leaves_the_picture_out(tiny: Exercise, answer: str) -> None:
    item = illustrated(tiny, f"\ndef scale(x, factor): return {answer}")["scales"]
    assert (item.status, item.picture) == ("failed", None)


def test_a_function_that_does_not_end_is_not_asked_again(tiny: Exercise) -> None:
    log: list[Any] = []
    start = tiny_course.starter(tiny_course.names(), {"scale": StudentTimeout(1.0, "call")}, log=log)
    items = {item.id: item for item in judge.judge(tiny, start, follow_through=False, illustrated=True)}
    assert items["scales"].status == "failed"
    assert items["scales"].picture is None
    assert sum(one.backend.calls.count("scale") for one in log) == 1


def test_what_is_right_with_right_helpers_shows_no_picture_of_wrong_ones(tiny: Exercise) -> None:
    text = WRONG + "\ndef total(x): return float(sum(scale(x, 2.0)))\n"
    names = tiny_course.names(text)
    start = tiny_course.starter(names, reference=tiny_course.names())
    items = {item.id: item for item in judge.judge(tiny, start, illustrated=True)}
    assert items["totals_twice"].followed_through
    assert items["totals_twice"].picture is None


@pytest.mark.parametrize("feedback", ["claims", "points"])
def test_an_instructor_who_shows_less_shows_no_picture(tiny: Exercise, feedback: str) -> None:
    items = illustrated(tiny, WRONG, feedback=feedback).values()
    assert not any(item.picture or item.formulas for item in items)


def test_nobody_pays_for_pictures_who_does_not_look(tiny: Exercise) -> None:
    assert not any(item.picture or item.formulas for item in tiny_course.judged(tiny, WRONG).values())


def test_the_json_form_has_no_pictures(tiny: Exercise) -> None:
    item = illustrated(tiny, WRONG)["scales"]
    result = Result("ada", "tiny", "a.py", None, "judged", (), "none", 0.0, 2.0, 0.1, (item,))
    (told,) = Report("1", "2", "tiny", None, "abc", (result,)).as_dict()["submissions"][0]["items"]
    names = "id function claim status points max_points finding hint mistake followed_through"
    assert list(told) == names.split()
    assert told["finding"] == item.finding


# --- for the author ---


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ("x = draw.array(3) / 0", "The picture of scales raised"),
        ("return 7", "The picture of scales is no Curves, Bars, Points or Contours"),
        ("return Bars('t', (), (Series('a', [1], [float('nan')]),))", "ValueError: a picture's numbers are finite"),
    ],
)
def test_a_picture_that_does_not_come_off_ends_the_release(tmp_path: Path, broken: str, says: str) -> None:
    text = tiny_course.CHECKS.replace("    x = draw.array(3)\n    return entry", f"    {broken}\n    return entry")
    text = text.replace("entry_by_entry, f", "Bars, Series, entry_by_entry, f")
    made = course.exercise(tiny_course.make(tmp_path, checks=text), "tiny")
    with pytest.raises(AuthorError, match=says):
        recorded.dump(made, "now")


# --- the course's own ---

REFERENCES = Path(__file__).parents[1] / "solutions"


@pytest.mark.parametrize("slug", SLUGS)
def test_every_picture_of_the_course_is_drawn_in_a_students_own_run(slug: str) -> None:
    made = replayed(slug)
    names = names_of((REFERENCES / f"{slug}.py").read_text("utf-8"), slug)
    items = {item.id: item for item in judged_here(made, names, illustrated=True)}
    declared = {check.id for check in made.checks if check.picture is not None}
    assert declared
    assert {id_ for id_, item in items.items() if item.picture is not None} == declared
    assert {id_ for id_, item in items.items() if item.formulas} == {c.id for c in made.checks if c.formula}


@pytest.mark.parametrize(
    ("slug", "check", "kind", "with_formula"),
    [
        ("linear_regression", "gradient_is_the_derivative_of_the_loss", Bars, True),
        ("linear_classifier", "gradient_is_the_derivative_of_the_entropy", Bars, True),
        ("backpropagation", "backward_is_the_derivative_of_the_loss", Bars, True),
        ("linear_classifier", "probability_is_the_sigmoid_of_the_logit", Contours, False),
        ("linear_classifier", "class_one_where_the_probability_is_more_than_half", Points, False),
        ("minibatch_sgd", "step_goes_against_the_gradient", Contours, True),
        ("minibatch_sgd", "every_sample_makes_its_step_in_every_epoch", Contours, False),
        ("minibatch_sgd", "full_batches_make_one_known_step_an_epoch", Curves, False),
        ("xavier_initialization", "params_are_uniform_by_each_layers_fans", Curves, False),
        ("generalization", "training_stops_when_patience_is_used_up", Curves, False),
    ],
)
def test_a_claim_has_the_picture_that_tells_most_of_it(slug: str, check: str, kind: type, with_formula: bool) -> None:
    made = replayed(slug)
    (found,) = (one for one in made.checks if one.id == check)
    reference = names_of((REFERENCES / f"{slug}.py").read_text("utf-8"), slug)
    items = judged_here(made, reference, functions=[made.function_of(found)], illustrated=True)
    (item,) = (item for item in items if item.id == check)
    assert isinstance(item.picture, kind)
    assert bool(item.formulas) is with_formula
