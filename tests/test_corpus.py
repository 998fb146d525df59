"""Submissions as learners write them: what is right gets full points on any draw, what is wrong loses where it is."""

import dataclasses
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest
from judging import COURSE, ROOT, SLUGS, judged_here, judged_in_sandbox, lost, names_of, ready

from grader import recorded
from grader.exercise import Exercise
from grader.sandbox import Zygote

SEEDS = 50
CORPUS = ROOT / "tests" / "submissions"
FILES = {
    kind: [(slug, file) for slug in SLUGS for file in sorted((CORPUS / slug / kind).glob("*.py"))]
    for kind in ("right", "wrong")
}


def params(files: Sequence[tuple[str, Path]]) -> list[object]:
    return [pytest.param(slug, file, id=f"{slug}-{file.stem}") for slug, file in files]


@dataclasses.dataclass(frozen=True)
class Header:
    """What a wrong submission says of itself in its first lines."""

    function: str
    phrase: str
    uses: frozenset[str]


def header(file: Path) -> Header:
    first, second, *_ = file.read_text("utf-8").splitlines()
    function, _, phrase = first.removeprefix("# wrong:").partition("|")
    names = second.removeprefix("# uses:").split(",") if second.startswith("# uses:") else []
    return Header(function.strip(), phrase.strip(), frozenset(name.strip() for name in names))


WITH_FOLLOWERS = [(slug, file) for slug, file in FILES["wrong"] if header(file).uses]


@pytest.mark.parametrize("slug", SLUGS)
def test_there_are_many_ways_to_be_right_and_more_to_be_wrong(slug: str) -> None:
    assert len([file for of, file in FILES["right"] if of == slug]) >= 6
    wrong = [header(file) for of, file in FILES["wrong"] if of == slug]
    assert len(wrong) >= 12
    assert {one.function for one in wrong} == set(ready(slug).forms), "every function goes wrong somewhere"
    for one in wrong:
        assert one.phrase
        assert one.function not in one.uses <= set(ready(slug).forms)
    for of, file in FILES["right"]:
        assert of != slug or file.read_text("utf-8").startswith("# right: ")


# --- right ---


def on_draws_of(slug: str, seed: int) -> Exercise:
    """The assignment on other draws; the examples and the derivations are the same for every secret."""
    examples = {key: tape for key, tape in ready(slug).tapes.items() if key[1] == "small"}
    made = dataclasses.replace(
        ready(slug), secret=seed.to_bytes(16, "big"), tapes=dict(examples), complete=set(examples), expected={}
    )
    for check in made.checks:
        for index in range(check.draws):
            sentence, _ = recorded.try_reference(made, check, index, small=False)
            assert sentence is None, sentence
    return made


def losses(task: tuple[str, int]) -> list[str]:
    """What right submissions lose on the draws of one seed."""
    slug, seed = task
    exercise = on_draws_of(slug, seed)
    files = [file for of, file in FILES["right"] if of == slug]
    items = {file.stem: judged_here(exercise, names_of(file.read_text("utf-8"), slug)) for file in files}
    return [
        f"seed {seed}: {name}: {lost(judged)}"
        for name, judged in items.items()
        if lost(judged) or sum(item.points for item in judged) != pytest.approx(20)
    ]


@pytest.mark.parametrize("slug", SLUGS)
def test_right_submissions_get_full_points_on_the_draws_of_fifty_seeds(slug: str) -> None:
    ready(slug)  # before the forks
    tasks = [(slug, seed) for seed in range(1, SEEDS + 1)]
    if "fork" in multiprocessing.get_all_start_methods():
        with multiprocessing.get_context("fork").Pool(os.cpu_count()) as pool:
            found = pool.map(losses, tasks, chunksize=1)
    else:
        found = list(map(losses, tasks))
    assert [loss for one in found for loss in one] == []


@pytest.fixture(scope="module")
def zygotes() -> Iterator[dict[str, Zygote]]:
    made = {slug: Zygote("none", COURSE.limits, ready(slug).data) for slug in SLUGS}
    yield made
    for zygote in made.values():
        zygote.close()


@pytest.mark.parametrize(("slug", "file"), params(FILES["right"]))
def test_a_right_submission_gets_full_points_in_the_sandbox(slug: str, file: Path, zygotes: dict[str, Zygote]) -> None:
    result = judged_in_sandbox(ready(slug), file, zygote=zygotes[slug])
    assert lost(result.items) == {}
    assert (result.status, result.points) == ("judged", 20.0)


# --- wrong ---


@cache
def lost_by(slug: str, file: Path) -> dict[str, list[str]]:
    return lost(judged_here(ready(slug), names_of(file.read_text("utf-8"), slug)))


@pytest.mark.parametrize(("slug", "file"), params(FILES["wrong"]))
def test_a_wrong_submission_loses_points_where_it_is_wrong_and_nowhere_else(slug: str, file: Path) -> None:
    said = header(file)
    found = lost_by(slug, file)
    assert said.function in found
    assert set(found) - {said.function} <= said.uses, found
    assert not any("unjudged" in claim for claims in found.values() for claim in claims)


@pytest.mark.parametrize(("slug", "file"), params(WITH_FOLLOWERS))
def test_one_mistake_costs_once(slug: str, file: Path, zygotes: dict[str, Zygote]) -> None:
    """What calls the wrong function is judged again with the right one in its place."""
    exercise, wrong = ready(slug), header(file).function
    result = judged_in_sandbox(exercise, file, zygote=zygotes[slug])
    found = lost(result.items)
    assert wrong in found
    private = set(exercise.paired([wrong]))  # what two functions share is private: without one both are lost
    assert set(found) <= private, found
    others = set(lost_by(slug, file)) - private
    assert {item.function for item in result.items if item.followed_through} >= others
