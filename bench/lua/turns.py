"""Processes that live side by side and take turns: each does one iteration of its program when it is told to.

A machine that other work slows down does so for seconds. Processes that run one after the other meet different
machines; those that take turns iteration by iteration meet the same one. A process is told by a line on its standard
input, and answers with the line of its harness, "PROGRAM: iteration I: N us"; after the last one, "PROGRAM VALUE".
"""

from __future__ import annotations

import re
import select
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

TIME = re.compile(r": iteration \d+: (\d+) us$")


class Failure(Exception):
    """A process died, hung, or said something else than it should."""


class Player:
    """A process that iterates one program, when told to."""

    def __init__(self, command: Sequence[str], patience: float) -> None:
        self.patience = patience
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115 - as long-lived as the process; a pipe could fill up
        self.unread = b""
        try:
            self.process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, bufsize=0
            )
        except OSError as problem:
            self.errors.close()
            raise Failure(f"cannot be started: {problem}") from problem

    def iterate(self) -> int:
        """The microseconds of one more iteration."""
        assert self.process.stdin
        try:
            self.process.stdin.write(b"\n")
        except OSError as problem:
            raise self.died() from problem
        line = self.line()
        found = TIME.search(line)
        if not found:
            raise Failure(f"expected the time of an iteration, found {line!r}")
        return int(found[1])

    def line(self) -> str:
        """The next line that it prints."""
        assert self.process.stdout
        end = time.monotonic() + self.patience
        while b"\n" not in self.unread:
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))
            if not ready:
                raise Failure(f"said nothing for {self.patience:g} s")
            more = self.process.stdout.read(65536)
            if not more:
                raise self.died()
            self.unread += more
        line, self.unread = self.unread.split(b"\n", 1)
        return line.decode(errors="replace")

    def died(self) -> Failure:
        """What to say of a process that has closed its output or its input."""
        try:
            status = f"ended with status {self.process.wait(self.patience)}"
        except subprocess.TimeoutExpired:
            status = "closed its output"
        self.errors.seek(0)
        return Failure(
            f"{status}: {self.errors.read().decode(errors='replace').strip()[-300:] or 'no message'}"
        )

    def close(self) -> None:
        """End the process if it has not ended, and let go of what belongs to it."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.errors):
            if stream:
                stream.close()


@dataclass(frozen=True)
class Match:
    """What the processes of one program did: times by arm, turn by turn, and why some failed."""

    times: dict[str, list[int]]
    failures: dict[str, str]


def play(commands: Mapping[str, Sequence[str]], expected: str, turns: int, patience: float) -> Match:
    """Let the processes take turns. One that fails is out, the others go on; so is one that does not say `expected`
    at the end.
    """
    players: dict[str, Player] = {}
    times: dict[str, list[int]] = {name: [] for name in commands}
    failures: dict[str, str] = {}

    def out(name: str, failure: Failure) -> None:
        failures[name] = str(failure)
        del times[name]

    try:
        for name, command in commands.items():
            try:
                players[name] = Player(command, patience)
            except Failure as failure:
                out(name, failure)
        for _ in range(turns):
            for name in list(times):
                try:
                    times[name].append(players[name].iterate())
                except Failure as failure:
                    out(name, failure)
        for name in list(times):
            try:
                value = players[name].line()
                if value != expected:
                    raise Failure(f"expected {expected!r}, found {value!r}")
            except Failure as failure:
                out(name, failure)
    finally:
        for player in players.values():
            player.close()
    return Match(times, failures)
