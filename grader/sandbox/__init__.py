"""A submission's code, run where it can do no harm: `Zygote` starts a `Child`, whose functions are called.

In: a `Program`. Out: plain values and `StudentError`. Never compares, never holds a right answer.
"""

from grader.sandbox.child import Child, Kind
from grader.sandbox.limits import Limits
from grader.sandbox.values import Answer, CellOutcome, Handle, Opaque, Rng, Token, Value
from grader.sandbox.zygote import Level, Zygote

__all__ = [
    "Answer",
    "CellOutcome",
    "Child",
    "Handle",
    "Kind",
    "Level",
    "Limits",
    "Opaque",
    "Rng",
    "Token",
    "Value",
    "Zygote",
]
