"""Jobs in forked processes: every one ends, by itself or by us, and costs no other."""

import os
import time

import numpy as np
import pytest

from grader.audit import workers


def collected(jobs: list[object], seconds: float = 5.0, number: int = 2) -> dict[int, object]:
    return dict(workers.run(jobs, seconds=seconds, workers=number))  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [1, 2, 5])
def test_every_job_ends_once_however_many_workers(number: int) -> None:
    jobs = [lambda i=i: i * i for i in range(17)]
    assert collected(list(jobs), number=number) == {i: i * i for i in range(17)}


def test_nothing_to_do_is_nothing() -> None:
    assert collected([]) == {}


def forever() -> None:
    while True:
        time.sleep(0.01)


def test_a_job_that_loops_forever_is_lost_and_the_others_are_not() -> None:
    found = collected([forever, lambda: 1, forever, lambda: 2, lambda: 3], seconds=0.5)
    assert {at: value for at, value in found.items() if not isinstance(value, workers.Lost)} == {1: 1, 3: 2, 4: 3}
    assert found[0] == workers.Lost("did not end within 0.5 s")


def test_a_job_that_ends_its_process_is_lost_and_the_others_are_not() -> None:
    found = collected([lambda: os._exit(0), lambda: 1, lambda: os.kill(os.getpid(), 9), lambda: 2], number=1)
    assert found == {0: workers.Lost("ended its process"), 1: 1, 2: workers.Lost("ended its process"), 3: 2}


def test_a_job_that_wants_all_memory_gets_an_exception() -> None:
    def greedy() -> str:
        try:
            return str(len(np.ones(1 << 40)))
        except MemoryError:
            return "no"

    assert collected([greedy, lambda: 1]) == {0: "no", 1: 1}


def test_a_job_that_raises_is_our_fault_and_is_told_with_its_traceback() -> None:
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        collected([lambda: 1 / 0])


def test_the_global_random_state_is_the_same_for_every_job() -> None:
    first, second = collected([lambda: float(np.random.random()) for _ in range(2)], number=1).values()  # noqa: NPY002
    assert first == second
