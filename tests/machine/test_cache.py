from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from cupola.machine import cache as cache_module
from cupola.machine.cache import Cache, default_directory, digest


class Reports(list[str]):
    """Collects what a cache reports."""

    def __call__(self, message: str) -> None:
        self.append(message)


@pytest.fixture
def reports() -> Reports:
    return Reports()


@pytest.fixture
def cache(tmp_path: Path, reports: Reports) -> Cache:
    return Cache(tmp_path / "cache", report=reports)


def entry_file(cache: Cache, key: str = "key") -> Path:
    return Path(cache.directory) / f"{key}.bin"


def run_python(program: str, *arguments: str) -> subprocess.Popen[str]:
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(filter(None, sys.path)))
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE, text=True, env=environment
    )


# The ordinary way


@pytest.mark.parametrize("data", [b"", b"x", bytes(range(256)) * 5000])
def test_round_trip(cache: Cache, reports: Reports, data: bytes) -> None:
    assert cache.load("key") is None
    assert cache.store("key", data)
    assert cache.load("key") == data
    assert reports == []


def test_last_store_wins(cache: Cache) -> None:
    cache.store("key", b"one")
    cache.store("key", b"two")
    assert cache.load("key") == b"two"


def test_the_newest_entries_of_a_kind_are_kept(cache: Cache) -> None:
    for number in range(5):
        assert cache.store(f"forth-{number}", b"data")
        os.utime(Path(cache.directory) / f"forth-{number}.bin", (1000 + number, 1000 + number))
    assert cache.store("lua-0", b"data")
    assert cache.keep_newest("forth-", 2) == 3
    assert [entry.key for entry in cache.entries()] == ["forth-3", "forth-4", "lua-0"]


def test_listing_and_clear(cache: Cache, tmp_path: Path) -> None:
    assert (cache.entries(), cache.total_bytes(), cache.clear()) == ([], 0, 0)
    cache.store("b", b"xx")
    cache.store("a", b"x")
    with cache.lock("a"):
        pass
    (Path(cache.directory) / "notes.txt").write_text("not ours")
    assert [entry.key for entry in cache.entries()] == ["a", "b"]
    assert cache.entries()[1].size == cache.entries()[0].size + 1
    assert abs(cache.entries()[0].written - time.time()) < 3600
    assert cache.total_bytes() == sum(entry.size for entry in cache.entries())
    assert cache.clear() == 2
    assert os.listdir(cache.directory) == ["notes.txt"]


def test_modes(cache: Cache) -> None:
    cache.store("key", b"x")
    assert os.stat(cache.directory).st_mode & 0o777 == 0o700
    assert entry_file(cache).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("key", ["", ".hidden", "a/b", "../x", "ä", "x" * 129, "a\0"])
def test_keys_that_are_no_file_names(cache: Cache, key: str) -> None:
    with pytest.raises(ValueError, match="a cache key is"):
        cache.load(key)
    with pytest.raises(ValueError, match="a cache key is"):
        cache.store(key, b"x")
    with pytest.raises(ValueError, match="a cache key is"), cache.lock(key):
        raise AssertionError("locked")


def test_longest_key(cache: Cache) -> None:
    assert cache.store("x" * 128, b"data") and cache.load("x" * 128) == b"data"


def test_default_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/someone")
    monkeypatch.setenv("CUPOLA_CACHE", "/chosen/by/me")
    assert default_directory() == Cache().directory == "/chosen/by/me"
    monkeypatch.delenv("CUPOLA_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/xdg")
    assert default_directory() == "/xdg/cupola"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert default_directory() == "/home/someone/.cache/cupola"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert default_directory() == "/home/someone/.cache/cupola"


def test_digest_knows_borders_and_kinds() -> None:
    assert digest("ab", "c") != digest("a", "bc") != digest("abc")
    assert digest("é") == digest("é".encode())
    assert len(digest()) == 64


# Damage: never trusted, removed, reported, and then as if it had never been there


def damaged(cache: Cache, reports: Reports, reason: str) -> None:
    assert cache.load("key") is None
    assert len(reports) == 1 and reason in reports[0] and "compiling again" in reports[0]
    assert not entry_file(cache).exists()
    assert cache.load("key") is None and len(reports) == 1
    assert cache.store("key", b"again") and cache.load("key") == b"again"
    reports.clear()


def test_every_truncation(cache: Cache, reports: Reports) -> None:
    cache.store("key", b"machine code")
    whole = entry_file(cache).read_bytes()
    for size in range(len(whole)):
        entry_file(cache).write_bytes(whole[:size])
        damaged(cache, reports, "is cut off" if size < len(whole) - 12 else "instead of 12")


def test_every_flipped_bit(cache: Cache, reports: Reports) -> None:
    cache.store("key", b"machine code")
    whole = entry_file(cache).read_bytes()
    for position in range(len(whole)):
        for bit in range(8):
            changed = bytearray(whole)
            changed[position] ^= 1 << bit
            entry_file(cache).write_bytes(changed)
            damaged(cache, reports, str(entry_file(cache)))


def test_longer_than_it_says(cache: Cache, reports: Reports) -> None:
    cache.store("key", b"machine code")
    with open(entry_file(cache), "ab") as file:
        file.write(b"x")
    damaged(cache, reports, "holds 13 bytes instead of 12")


def test_foreign_file(cache: Cache, reports: Reports) -> None:
    cache.store("key", b"x")
    entry_file(cache).write_bytes(b"something that another program has put here, of some length")
    damaged(cache, reports, "is not a cache entry")


def test_other_format_version(cache: Cache, reports: Reports, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(cache_module, "VERSION", 2)
        cache.store("key", b"x")
    damaged(cache, reports, "has format 2, not 1")


def test_entry_under_another_name(cache: Cache, reports: Reports) -> None:
    cache.store("other", b"code of something else")
    os.rename(entry_file(cache, "other"), entry_file(cache))
    damaged(cache, reports, "wrong checksum")


def test_zeroed_file(cache: Cache, reports: Reports) -> None:
    """What some file systems leave of a file written just before the power failed."""
    cache.store("key", b"machine code")
    entry_file(cache).write_bytes(b"\0" * entry_file(cache).stat().st_size)
    damaged(cache, reports, "is not a cache entry")


def test_symbolic_link_is_not_followed(cache: Cache, reports: Reports, tmp_path: Path) -> None:
    cache.store("key", b"x")
    os.rename(entry_file(cache), tmp_path / "elsewhere")
    entry_file(cache).symlink_to(tmp_path / "elsewhere")
    assert cache.load("key") is None
    assert len(reports) == 1 and "cannot read" in reports[0]


# The disk says no


def full_disk(descriptor: int, data: object) -> int:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_full_disk(cache: Cache, reports: Reports, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.store("old", b"x")
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full_disk)
        assert not cache.store("key", b"data")
        assert not cache.store("key2", b"data")
    assert len(reports) == 1 and "No space left" in reports[0] and "CUPOLA_CACHE" in reports[0]
    assert os.listdir(cache.directory) == ["old.bin"]
    assert cache.load("old") == b"x" and cache.load("key") is None
    assert cache.store("key", b"data") and cache.load("key") == b"data"


def test_disk_that_fills_while_writing(tmp_path: Path) -> None:
    """A real limit of the system: the process may write no file beyond 10,000 bytes."""
    program = (
        "import resource, sys, os\nfrom cupola.machine.cache import Cache\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10000, 10000))\n"
        "cache = Cache(sys.argv[1], report=print)\n"
        "print(cache.store('small', b'x' * 1000), cache.store('large', b'x' * 20000), cache.load('large'))\n"
        "print(sorted(os.listdir(sys.argv[1])))\n"
    )
    output = run_python(program, str(tmp_path / "cache")).communicate()[0].splitlines()
    assert "File too large" in output[0]
    assert output[1:] == ["True False None", "['small.bin']"]


def test_write_in_small_pieces(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda fd, data: real(fd, data[:7]))
        assert cache.store("key", bytes(range(100)))
    assert cache.load("key") == bytes(range(100))


def refusing(code: int) -> Callable[..., int]:
    def refuse(*arguments: object, **options: object) -> int:
        raise OSError(code, os.strerror(code))

    return refuse


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS])
def test_directory_that_cannot_be_written(
    cache: Cache, reports: Reports, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    cache.store("key", b"x")
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refusing(code))
        assert not cache.store("new", b"y")
        with cache.lock("new") as locked:
            assert not locked
    assert len(reports) == 1 and os.strerror(code) in reports[0]
    assert cache.load("key") == b"x"


def test_directory_that_cannot_be_made(tmp_path: Path, reports: Reports) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = Cache(tmp_path / "file" / "cache", report=reports)
    assert cache.load("key") is None
    assert not cache.store("key", b"x")
    with cache.lock("key") as locked:
        assert not locked
    assert cache.entries() == [] and cache.clear() == 0
    assert len(reports) == 1


def test_directory_of_another_user(cache: Cache, reports: Reports, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.store("key", b"x")
    with monkeypatch.context() as patch:
        patch.setattr(os, "getuid", lambda: 12345)
        assert cache.load("key") is None and not cache.store("key", b"y")
    assert len(reports) == 1 and "belongs to user" in reports[0] and "CUPOLA_CACHE" in reports[0]
    assert cache.load("key") == b"x"


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777])
def test_directory_that_others_can_write(cache: Cache, reports: Reports, mode: int) -> None:
    cache.store("key", b"x")
    os.chmod(cache.directory, mode)
    assert cache.load("key") is None and not cache.store("key", b"y")
    assert len(reports) == 1 and "can be written by other users" in reports[0] and "chmod 700" in reports[0]
    os.chmod(cache.directory, 0o755)
    assert cache.load("key") == b"x"


def test_file_of_another_user(cache: Cache, reports: Reports, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.store("key", b"x")
    real = os.fstat

    def foreign(fd: int) -> object:
        status = real(fd)
        return SimpleNamespace(st_mode=status.st_mode, st_uid=status.st_uid + 1, st_size=status.st_size)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fstat", foreign)
        assert cache.load("key") is None
    assert "belongs to user" in reports[0]


# Several processes


WRITER = """
import os, sys, time
from cupola.machine.cache import Cache
real = os.write
def slow(fd, data):
    count = real(fd, data[:100])
    print("writing", flush=True)
    time.sleep(0.002)
    return count
os.write = slow
Cache(sys.argv[1]).store("key", b"new" * 10000)
"""


def test_killed_writer(cache: Cache, reports: Reports) -> None:
    cache.store("key", b"old")
    writer = run_python(WRITER, cache.directory)
    assert writer.stdout is not None
    for _ in range(5):
        assert writer.stdout.readline() == "writing\n"
    os.kill(writer.pid, signal.SIGKILL)
    writer.communicate()
    assert writer.returncode == -signal.SIGKILL
    (left,) = (name for name in os.listdir(cache.directory) if name.endswith(".tmp"))
    assert cache.load("key") == b"old"
    assert cache.total_bytes() > entry_file(cache).stat().st_size  # what was left is counted
    cache.store("key", b"newer")
    assert left in os.listdir(cache.directory)  # young: its writer may live
    ancient = time.time() - 2 * 3600
    os.utime(os.path.join(cache.directory, left), (ancient, ancient))
    cache.store("key", b"newest")
    assert os.listdir(cache.directory) == ["key.bin"]
    assert reports == []


BUSY = """
import sys
from cupola.machine.cache import Cache
reports = []
cache = Cache(sys.argv[1], report=reports.append)
mine = sys.argv[2].encode() * 5000
for _ in range(300):
    cache.store("key", mine)
    data = cache.load("key")
    assert data is not None and data in (b"a" * 5000, b"b" * 5000), data
print(reports)
"""


def test_two_writers_and_readers_at_once(cache: Cache) -> None:
    processes = [run_python(BUSY, cache.directory, letter) for letter in "ab"]
    assert [process.communicate()[0] for process in processes] == ["[]\n", "[]\n"]
    assert os.listdir(cache.directory) == ["key.bin"]


LOCKED = """
import sys, time
from cupola.machine.cache import Cache
cache = Cache(sys.argv[1])
for _ in range(40):
    with cache.lock("key") as locked:
        assert locked
        count = int(cache.load("key") or b"0")
        time.sleep(0.0005)
        cache.store("key", str(count + 1).encode())
"""


def test_lock_excludes_processes_and_threads(cache: Cache) -> None:
    processes = [run_python(LOCKED, cache.directory) for _ in range(3)]

    def count() -> None:
        for _ in range(40):
            with cache.lock("key"):
                number = int(cache.load("key") or b"0")
                time.sleep(0.0005)
                cache.store("key", str(number + 1).encode())

    threads = [threading.Thread(target=count) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [process.wait() for process in processes] == [0, 0, 0]
    for process in processes:
        process.communicate()
    assert cache.load("key") == b"200"


def test_lock_of_a_killed_process_is_free(cache: Cache) -> None:
    program = (
        "import sys, time\nfrom cupola.machine.cache import Cache\n"
        "with Cache(sys.argv[1]).lock('key'):\n    print('held', flush=True)\n    time.sleep(600)\n"
    )
    holder = run_python(program, cache.directory)
    assert holder.stdout is not None and holder.stdout.readline() == "held\n"
    os.kill(holder.pid, signal.SIGKILL)
    holder.communicate()
    with cache.lock("key") as locked:
        assert locked


def test_lock_survives_clear(cache: Cache) -> None:
    """Who waits on a lock file that was removed takes the new one, as everybody after it does."""
    order: list[str] = []
    started = threading.Event()

    def second() -> None:
        started.set()
        with cache.lock("key") as locked:
            order.append(f"second {locked}")
            assert (Path(cache.directory) / "key.lock").exists()

    with cache.lock("key"):
        thread = threading.Thread(target=second)
        thread.start()
        started.wait()
        time.sleep(0.05)
        cache.clear()
        order.append("first")
    thread.join()
    assert sorted(order) == ["first", "second True"]


def test_lock_lets_errors_through(cache: Cache) -> None:
    with pytest.raises(KeyError), cache.lock("key"):
        raise KeyError("inside")
    with cache.lock("key") as locked:
        assert locked
