"""The engines on which every Lua test runs, and programs run on them in processes apart: a crash is one failure."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PATIENCE = 120.0  # seconds for an answer: making the engine may be a part of it


@dataclass(frozen=True)
class Engine:
    """A tier; when it compiles: (calls, loops), or None for the normal thresholds; whether garbage is collected
    whenever that is possible (1: all of it, 2: the young one mostly); whether inline caches learn."""

    tier: str
    thresholds: tuple[int, int] | None = None
    stress: int = 0
    caches: bool = True

    def __str__(self) -> str:
        limits = "" if self.thresholds is None else f"-calls{self.thresholds[0]}-loops{self.thresholds[1]}"
        stress = f"-stress{self.stress}" if self.stress else ""
        return self.tier + limits + stress + ("" if self.caches else "-nocaches")


ENGINES = [
    Engine("switch"),
    Engine("threaded"),  # never compiles
    Engine("baseline", (1, 1)),
    Engine("auto", (1, 1)),  # begins in the interpreter and leaves it at the first chance
    Engine("auto", (1, 1), caches=False),
]
STRESSED = [
    Engine("switch", stress=1),
    Engine("switch", stress=2),
    Engine("auto", (1, 1), stress=1),
]


@dataclass(frozen=True)
class Outcome:
    """What a program printed, and the error that ended it, if one did."""

    output: bytes
    error: str | None = None


class Worker:
    """A process that runs programs on an engine; it is started again when a program has killed it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.process: subprocess.Popen[str] | None = None

    def run(self, path: Path) -> Outcome:
        """Run a file."""
        process = self.process or self._start()
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(f"{path}\n")
        process.stdin.flush()
        ready, _, _ = select.select([process.stdout], [], [], PATIENCE)
        line = process.stdout.readline() if ready else ""
        if not line:
            code = self._ended()
            return Outcome(
                b"", f"no answer after {PATIENCE:.0f} s" if not ready else f"the process died: {code}"
            )
        answer: dict[str, Any] = json.loads(line)
        return Outcome(answer["output"].encode("latin-1"), answer["error"])

    def _start(self) -> subprocess.Popen[str]:
        engine = self.engine
        options = [engine.stress, int(engine.caches), engine.tier, *(engine.thresholds or ())]
        command = [sys.executable, "-m", "tests.languages.lua.worker", *map(str, options)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "TZ": "UTC"}
        )
        return self.process

    def _ended(self) -> int:
        assert self.process is not None
        self.process.kill()
        code = self.process.wait()
        self.close()
        return code

    def close(self) -> None:
        """End the process."""
        if self.process is None:
            return
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()
        self.process = None
