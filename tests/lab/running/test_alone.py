"""One measurement at a time on a machine."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from cupola.lab.running import alone as module
from cupola.lab.running.alone import alone
from tests.lab.journal.support import start

HOLDER = """
import sys, time
from pathlib import Path
from cupola.lab.running import alone
alone.lock_file = lambda: Path(sys.argv[1])
with alone.alone():
    print("has it", flush=True)
    time.sleep(600)
"""


@pytest.fixture(autouse=True)
def own_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lock of the test's own: measurements of others do not make it wait."""
    monkeypatch.setattr(module, "lock_file", lambda: tmp_path / "lock")
    return tmp_path / "lock"


def test_the_lock_is_given_back_also_after_an_error() -> None:
    for _ in range(2):
        with pytest.raises(RuntimeError), alone():
            raise RuntimeError
    with alone(lambda: pytest.fail("it is free")):
        pass


def test_a_second_one_waits_for_the_first() -> None:
    order: list[str] = []
    waits = threading.Event()

    def second() -> None:
        with alone(waits.set):
            order.append("second")

    with alone():
        thread = threading.Thread(target=second)
        thread.start()
        assert waits.wait(60)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_a_killed_owner_gives_it_back(own_lock: Path) -> None:
    holder = start(HOLDER, own_lock)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "has it\n"
    waited: list[bool] = []

    def kill() -> None:
        waited.append(True)
        holder.kill()

    with alone(kill):
        assert waited == [True]
    holder.wait()
    holder.stdout.close()


def test_a_lock_that_may_only_be_read_serves_too(own_lock: Path) -> None:
    own_lock.touch()
    own_lock.chmod(0o444)
    with alone():
        assert os.stat(own_lock).st_size == 0
