"""What an audit found, as frozen values that the emitters read.  Never computes, never prints."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing for the author to read."""

    sentence: str
    where: str = ""
    """File and line, "source/sums/checks.py, line 12"."""
    red: bool = True
    """Whether it must be mended; what is only listed is not red."""


@dataclass(frozen=True, slots=True)
class Part:
    """One question that the audit asks, with its answer."""

    name: str
    summary: str
    """The answer in a line."""
    findings: tuple[Finding, ...] = ()
    figures: Mapping[str, float | None] = field(default_factory=dict)
    rows: tuple[Mapping[str, object], ...] = ()
    """What was looked at, one by one: mistakes, mutants, checks."""
    seconds: float = 0.0

    @property
    def green(self) -> bool:
        """Whether nothing must be mended."""
        return not any(finding.red for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Audit:
    """All parts of one assignment."""

    slug: str
    extent: str
    """"quick", "full" or "long"."""
    version: str
    """The exercise's own hash of checks, mistakes, reference and data."""
    parts: tuple[Part, ...]

    @property
    def green(self) -> bool:
        """Whether nothing must be mended in any part."""
        return all(part.green for part in self.parts)
