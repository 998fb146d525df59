"""How the process beyond the wall begins: its configuration, its own walls, its imports; then it serves.

In: one frame on standard input. It serves as a zygote, or as the one child where there is no control socket.
"""

import contextlib
import gc
import importlib
import os
import signal
import site
import socket
from functools import partial

from grader.sandbox.decode import decode
from grader.sandbox.inside import guard, room
from grader.sandbox.inside.child import Channel
from grader.sandbox.inside.zygote import Zygote

_WARM = "numpy.fft numpy.linalg numpy.random csv ctypes inspect random tempfile traceback"


def main() -> None:
    """Read the configuration, then serve until the grader is gone."""
    channel = Channel(os.dup(0), os.dup(1))
    config = decode(channel.receive())
    with open(os.devnull, "rb") as null:  # noqa: PTH123
        os.dup2(null.fileno(), 0)
    base, limits = config["base"], dict(config["limits"])
    wall: room.Wall | None = None
    if config["walls"]:
        from grader.sandbox.inside import walls  # noqa: PLC0415 - Linux alone has these

        walls.around_zygote(config["walls"], base)
        wall = partial(walls.around_child, config["walls"])
    warm(base, plots=config["plots"])
    guard.install(config["packages"])
    room.prepare()
    used = room.address_space()
    limits["address_bytes"] = None if used is None else used + limits["memory_bytes"]
    files = {name: data.tobytes() for name, data in config["files"].items()}
    if config["control"] is None:
        os.dup2(2, 1)  # what the student prints goes where errors go
        room.furnish(base, files)
        room.become_child(channel, base, limits, wall)
    control = socket.socket(fileno=config["control"])

    def end(*_: object) -> None:
        with contextlib.suppress(OSError):
            control.shutdown(socket.SHUT_RDWR)

    signal.signal(signal.SIGTERM, end)  # as if the grader had ended: nothing is interrupted
    room.die_with_parent(signal.SIGTERM if config["die_with_parent"] else 0)
    gc.collect()
    gc.freeze()  # the forks share these pages: nobody's collector writes on them
    zygote = Zygote(control, base, files, limits, wall)
    try:
        zygote.serve()
    finally:
        zygote.end_all()


def warm(base: str, *, plots: bool) -> None:
    """Import what the children use."""
    for name in _WARM.split():
        importlib.import_module(name)
    site.setquit()  # `exit` and `help`, as in every Python
    site.sethelper()
    if plots:
        os.environ["MPLCONFIGDIR"] = os.path.join(base, "matplotlib")  # noqa: PTH118
        import matplotlib as mpl  # noqa: PLC0415

        mpl.use("Agg")
        import matplotlib.pyplot as plt  # noqa: PLC0415

        figure, axes = plt.subplots()
        axes.plot([0, 1], label="$x$")
        axes.legend()
        figure.canvas.draw()  # fonts and the renderer, once for all forks
        plt.close(figure)
        plt.show = lambda *_, **__: None
