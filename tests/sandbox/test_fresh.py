"""Where a system cannot fork: a fresh process a submission, over its standard streams."""

from collections.abc import Iterator

import numpy as np
import pytest

from grader.blame import StudentDied, StudentTimeout
from grader.sandbox import Zygote
from sandbox.conftest import FILES, LIMITS, notebook


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[Zygote]:
    monkeypatch.setattr("grader.sandbox.zygote.can_fork", lambda: False)
    with Zygote("none", LIMITS, FILES) as zygote:
        yield zygote


def test_calls_callbacks_data_and_output_work(fresh: Zygote) -> None:
    source = "print('hello')\ndef f(g, X): return g(X.sum())\ndef rows(): return open('houses.csv').read()"
    with fresh.start(notebook(source)) as child:
        assert child.call("f", (lambda x: x * 2, np.ones((300, 300)))).value == np.array(180_000.0)
        assert child.call("rows").value == FILES["houses.csv"].decode()
        assert child.output == "hello\n"


def test_a_call_without_end_is_ended(fresh: Zygote) -> None:
    with fresh.start(notebook("def f(): return sum(range(10**12))")) as child:
        with pytest.raises(StudentTimeout):
            child.call("f")
        assert not child.alive


def test_a_cell_that_ends_the_process_stops_only_itself(fresh: Zygote) -> None:
    with fresh.start(notebook("import os\nos._exit(3)", "def f(): return 1")) as child:
        assert child.outcomes[0].error == StudentDied("ended the whole program")
        assert child.call("f").value == 1


def test_a_large_argument_that_nobody_reads_ends_in_time(fresh: Zygote) -> None:
    with fresh.start(
        notebook("import os, time\ndef stop(): os.dup2(os.open(os.devnull, 0), 0)\ndef f(x): return len(x)")
    ) as child:
        assert child.call("f", (np.zeros(1 << 20),)).value == 1 << 20
