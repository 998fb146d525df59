"""A submission's code, run where it can do no harm: `Zygote` starts a `Child`, whose functions are called.

In: a `Program`. Out: plain values and `StudentError`. Never compares, never holds a right answer.
"""

from grader.sandbox.child import Child, Kind
from grader.sandbox.levels import LEVELS, best_level, examine
from grader.sandbox.limits import Limits
from grader.sandbox.probe import Wall
from grader.sandbox.remedies import what_would_help, what_would_raise
from grader.sandbox.server import Level
from grader.sandbox.values import Answer, CellOutcome, Handle, Opaque, Rng, Token, Value
from grader.sandbox.zygote import IsolationUnavailable, Zygote

__all__ = [
    "LEVELS",
    "Answer",
    "CellOutcome",
    "Child",
    "Handle",
    "IsolationUnavailable",
    "Kind",
    "Level",
    "Limits",
    "Opaque",
    "Rng",
    "Token",
    "Value",
    "Wall",
    "Zygote",
    "best_level",
    "examine",
    "what_would_help",
    "what_would_raise",
]
