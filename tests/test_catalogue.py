"""The course's known mistakes: sentences that help; planted in the reference each is caught, named, and named alone.

Every fifth is planted here; `grader audit` plants them all.
"""

from typing import Any

import pytest
from judging import ROOT, SLUGS, judged_here, names_of, ready

from grader.mistakes import Mistake

MISTAKES = [(slug, mistake) for slug in SLUGS for mistake in ready(slug).mistakes]


def test_the_catalogue_is_wide() -> None:
    assert len(MISTAKES) >= 40
    for slug in SLUGS:
        assert len(ready(slug).mistakes) >= 20


@pytest.mark.parametrize("slug", SLUGS)
def test_a_mistake_is_told_in_one_line_each_for_what_and_how(slug: str) -> None:
    for mistake in ready(slug).mistakes:
        for sentence in (mistake.finding, mistake.hint):
            assert "\n" not in sentence, mistake.name
            assert sentence.rstrip().endswith((".", "?", ")")), (mistake.name, sentence)
            assert 4 < len(sentence) < 250, mistake.name
        assert mistake.name == mistake.name.strip()
        assert len(mistake.name) < 60


@pytest.mark.parametrize("slug", SLUGS)
def test_what_only_shows_has_a_mutant_and_hardly_ever_shows_by_chance(slug: str) -> None:
    for mistake in ready(slug).mistakes:
        if mistake.shows is not None:
            assert mistake.mutant is not None, mistake.name
            assert 0 <= mistake.chance <= 1e-6, mistake.name


def planted(slug: str, mistake: Mistake) -> dict[str, Any]:
    exercise = ready(slug)
    names = dict(names_of((ROOT / "solutions" / f"{slug}.py").read_text("utf-8"), slug))
    assert exercise.reference is not None
    wrong = mistake.planted(exercise.reference.module, exercise.forms[mistake.function].parameters)
    return names | {mistake.function: wrong}


@pytest.mark.parametrize(
    ("slug", "mistake"), [pytest.param(s, m, id=f"{s}-{m.function}-{m.name}") for s, m in MISTAKES[::5]]
)
def test_a_mistake_in_the_reference_is_caught_and_named_and_no_other_is(slug: str, mistake: Mistake) -> None:
    items = judged_here(ready(slug), planted(slug, mistake), functions=[mistake.function])
    assert "unjudged" not in {item.status for item in items}
    assert sum(item.points for item in items) < ready(slug).points[mistake.function]
    named = {item.mistake for item in items if item.mistake}
    assert named == {mistake.name}
    assert any(mistake.finding in str(item.finding) for item in items)
