"""How the process beyond the wall is started: its command, its environment, the frame that it reads first.

Nothing of the grader's goes in but the limits and the assignment's data.
"""

import os
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from grader.sandbox.encode import Writer
from grader.sandbox.limits import MB, Limits
from grader.sandbox.places import Places

OURS = Path(__file__).resolve().parent
"""The sandbox's own modules, the only ones of the grader's that the process sees."""

_BOOT = """
import sys, types
for name, path in (("grader", sys.argv[1]), ("grader.sandbox", sys.argv[1] + "/sandbox")):
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__path__ = [path]
sys.path += sys.argv[2:]
from grader.sandbox.inside.main import main
main()
"""


def command(where: Places) -> list[str]:
    """Start Python without site, user site or the current folder, with our modules and the course's packages.

    Its packages `grader` and `grader.sandbox` are made bare, so that the grader's own side is not imported.
    """
    return [where.python, "-s", "-P", "-S", "-B", "-c", _BOOT, str(OURS.parent), *where.folders]


def environment() -> dict[str, str]:
    """Nothing of ours but what Python needs to start; one thread for each library that counts."""
    kept = ("LD_LIBRARY_PATH", "SYSTEMROOT") if sys.platform != "win32" else ("SYSTEMROOT", "PATH", "TEMP")
    threads = ("OMP", "OPENBLAS", "MKL", "BLIS", "VECLIB_MAXIMUM", "NUMEXPR")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        **{f"{name}_NUM_THREADS": "1" for name in threads},
        "PYTHONHASHSEED": "0",  # the order of a set is the same for everybody
        "PYTHONUTF8": "1",
        "LANG": "C.UTF-8",
    }


def dies_with_parent() -> bool:
    """Whether it may: the kernel means the thread that started it, and only the main one lasts as long as we do."""
    return threading.current_thread() is threading.main_thread()


def configuration(
    where: Places,
    limits: Limits,
    files: Mapping[str, bytes],
    base: str,
    *,
    control: int | None,
    plots: bool,
    walls: bool,
) -> bytes:
    """Write the frame that the process reads first."""
    config: dict[str, Any] = {
        "base": base,
        "control": control,
        "plots": plots,
        "files": {name: np.frombuffer(data, np.uint8) for name, data in files.items()},
        "die_with_parent": dies_with_parent(),
        "packages": where.names,
        "walls": {"tops": where.tops, "readable": where.readable, "listed": where.listed} if walls else None,
        "limits": {
            "memory_bytes": limits.memory_mb * MB,
            "file_bytes": limits.file_mb * MB,
            "disk_bytes": limits.disk_mb * MB,
            "files": limits.files,
            "output_bytes": limits.output_kb * 1024,
            "cpu_seconds": int(limits.submission_seconds) + 1,
        },
    }
    writer = Writer(1 << 30, lambda value: value)
    writer.put(config)
    return writer.frame()
