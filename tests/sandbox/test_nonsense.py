"""Whatever comes over the channel in place of a reply: the grader raises the student's end, and nothing of its own."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.blame import StudentDied, StudentError
from grader.program import Cell, Program
from grader.sandbox import Answer, Child, Limits
from grader.sandbox.encode import Writer
from grader.sandbox.values import Function, Handle, Opaque, Rng, Token
from grader.sandbox.wire import WireError
from sandbox.test_wire import values

LIMITS = Limits(calls=20, submission_seconds=5)


class Recorded:
    """A channel on which these bodies come, and the job of nobody."""

    credit = 0.0

    def __init__(self, bodies: Sequence[bytes]) -> None:
        self.channel, self.bodies = self, list(bodies)
        self.killed = False

    def send(self, _frame: bytes, _deadline: float) -> None:
        pass

    def receive(self, _deadline: float, limit: int) -> bytes:
        if not self.bodies:
            raise EOFError
        body = self.bodies.pop(0)
        if len(body) > limit:
            raise WireError("too large")
        return body

    def how_it_ended(self) -> StudentError:
        return StudentDied("ended")

    def kill(self) -> None:
        self.killed = True

    def output(self) -> str:
        return ""

    def close(self) -> None:
        pass


def body(message: object) -> bytes:
    writer = Writer(1 << 20, repr)
    writer.put(message)
    return writer.frame()[4:]


references = st.sampled_from([Handle(0), Handle(1), Handle(-1), Token(0), Opaque("x"), Rng(5, (), 0), Function(0, "f")])
parts = st.one_of(
    values, references, st.sampled_from(["answer", "raised", "callback", "kind", "walls", "ready", "cell"])
)
messages = st.one_of(
    values,
    st.lists(parts, max_size=5).map(tuple),
    st.tuples(st.just("answer"), parts, st.one_of(st.none(), parts)),
    st.tuples(st.just("raised"), parts, st.none()),
    st.tuples(st.just("raised"), st.lists(parts, max_size=8).map(tuple), st.none()),
    st.tuples(st.just("callback"), st.integers(-2, 2), st.lists(parts, max_size=2).map(tuple), st.just({})),
)


@st.composite
def bodies(draw: st.DrawFn) -> list[bytes]:
    """Messages of which some are damaged."""
    made = [bytearray(body(message)) for message in draw(st.lists(messages, max_size=4))]
    for one in made:
        for _ in range(draw(st.integers(0, 2))):
            one[draw(st.integers(0, len(one) - 1))] = draw(st.integers(0, 255))
    return [bytes(one) for one in made]


def ours(*args: Any) -> Any:
    return args[0] if args else 1.0


def call(child: Child, **options: Any) -> None:
    assert type(child.call("f", ARGUMENTS, **options)) is Answer


ARGUMENTS = (ours, np.ones(2))
ASKED: dict[str, Callable[[Child], object]] = {
    "a call": call,
    "a call whose arguments come back": partial(call, echo=True),
    "a call of which a part stays": partial(call, keep=(0,)),
    "a call that is drained": partial(call, drain=True),
    "many calls": lambda child: child.many("f", [ARGUMENTS, ARGUMENTS]),
    "what a name is": lambda child: child.kind("f"),
    "a cell": lambda child: child._outcome(0),
}


@pytest.mark.parametrize("asked", ASKED)
@given(bodies())
@settings(max_examples=150, deadline=None)
def test_a_reply_is_what_was_asked_for_or_the_students_error(asked: str, replies: list[bytes]) -> None:
    job = Recorded(replies)
    child = Child(job, Program((Cell("pass", "cell 1"),), "m"), LIMITS, time.monotonic() + 5, 5.0)
    with suppress(StudentError):
        ASKED[asked](child)
    assert child.alive or job.killed


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("array", [np.ones(2), np.ones((0, 2)), np.ones(())])
def test_an_array_where_a_word_should_stand_is_nonsense(asked: str, array: Any) -> None:
    """It compares with a word entry by entry, and of several entries nobody can say whether they are true."""
    for message in [(array,), (array, array), (array, 0, "ok"), (array, 0, array, array), ("kind", array),
                    ("cell", array, "ok", None), ("cell", 0, array, None), ("callback", array, (), {}),
                    ("answer", 1, array), ("raised", array, None), ("raised", (array,) * 7, None)]:  # fmt: skip
        child = Child(
            Recorded([body(message)]), Program((Cell("pass", "cell 1"),), "m"), LIMITS, time.monotonic() + 5, 5
        )
        with suppress(StudentError):
            ASKED[asked](child)
