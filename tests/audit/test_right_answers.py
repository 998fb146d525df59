"""Rewritten references compute what the reference computes; the audit notices a check that asks for more."""

import warnings
from pathlib import Path

import numpy as np
import pytest
from judging import COURSE, SLUGS

from grader import audit
from grader.audit import manners, right
from grader.audit.subject import Subject, open_subject
from grader.forms import parse

from . import scratch


@pytest.mark.parametrize("slug", SLUGS)
def test_there_are_many_ways_to_write_each_reference(slug: str) -> None:
    names = [name for name, _ in right.variants(open_subject(COURSE, slug))]
    assert len(names) == len(set(names)) >= 25
    for name in ("variables renamed", "lists for arrays", "prints and warnings"):
        assert f"The reference with {name}" in names


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    return open_subject(scratch.make(tmp_path_factory.mktemp("course")), scratch.SLUG)


def test_each_way_means_the_same(subject: Subject) -> None:
    rng = np.random.default_rng(0)
    X, y, w = rng.random((5, 3)), rng.random(5), rng.random(3)
    for name, make in right.variants(subject):
        functions = make()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            loss = functions["ridge_loss"](X, y, w, 0.3)
            gradient = functions["ridge_gradient"](X, y, w, 0.3)
        np.testing.assert_allclose(float(loss), subject.reference.ridge_loss(X, y, w, 0.3), rtol=1e-12, err_msg=name)
        np.testing.assert_allclose(gradient, subject.reference.ridge_gradient(X, y, w, 0.3), rtol=1e-12, err_msg=name)


def test_a_check_that_asks_for_exact_equality_loses_right_answers(tmp_path: Path) -> None:
    main = "agrees(student.ridge_loss(*inputs), truth.ridge_loss(*inputs))"
    strict = "assert_equal(student.ridge_loss(*inputs), truth.ridge_loss(*inputs))"
    course = scratch.make(tmp_path, {"checks.py": (main, strict)})
    file = course.root / "source" / "ridge" / "checks.py"
    helper = "\n\ndef assert_equal(a, b):\n    from grader.claims import require\n    require(a == b, 'is not equal')\n"
    file.write_text(file.read_text("utf-8") + helper, "utf-8")
    audited = audit.audit(course, scratch.SLUG, scratch.SMALL)
    part = next(part for part in audited.parts if part.name == "right")
    assert not part.green
    assert any("rounded otherwise fails loss_is_the_mean" in finding.sentence for finding in part.findings)


def test_a_manner_never_touches_what_is_kept_for_another_function() -> None:
    form = parse("X", "Y_hat (n, m), cache opaque", None)
    cache = object()
    for name, manner in manners.manners().items():
        if name == "prints and warnings":
            continue  # it has warnings, and these are errors here
        answer = manner(lambda _: (np.ones((2, 2)), cache), form)(0)
        assert answer[1] is cache


def test_one_buffer_for_all_batches_holds_each_batch_in_turn() -> None:
    form = parse("X, y, batch_size, rng", "batches", None)
    pairs = [(np.full((2, 2), i), np.full(2, i)) for i in (1.0, 2.0)]
    seen = [
        (X.copy(), y.copy())
        for X, y in manners.manners()["one buffer for all batches"](lambda *_: iter(pairs), form)(0, 0, 0, 0)
    ]
    for (X, y), (right_X, right_y) in zip(seen, pairs, strict=True):
        np.testing.assert_array_equal(X, right_X)
        np.testing.assert_array_equal(y, right_y)
