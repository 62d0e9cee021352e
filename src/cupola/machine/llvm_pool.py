"""Compiling on all CPUs: a few worker processes, each served by a thread of ours over a pair of pipes.

llvmlite holds one lock around LLVM, so threads would wait for each other. The workers are plain interpreters
that run `llvm_worker`: unlike multiprocessing they import nothing of the user's program, which may have no
`if __name__ == "__main__"`.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable
from queue import SimpleQueue
from typing import IO

from cupola.machine.errors import CompileError
from cupola.machine.llvm_worker import FRAME

Progress = Callable[[int, int], None]
_Answer = tuple[int, bytes | Exception]


class _Worker:
    """One process and the file with what it wrote to standard error."""

    def __init__(self) -> None:
        self.errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - `close` closes it
        environment = dict(os.environ, PYTHONPATH=os.pathsep.join(filter(None, sys.path)))
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "cupola.machine.llvm_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            env=environment,
            process_group=0,  # Ctrl-C is for us alone; we then end the workers
        )

    def compile(self, text: str, optimize: int) -> bytes:
        """Send one module and wait for the answer; `CompileError` for LLVM's refusal and for the death of the
        worker.
        """
        assert self.process.stdin is not None and self.process.stdout is not None
        data = text.encode()
        with contextlib.suppress(BrokenPipeError):  # the worker is dead: told below, with its last words
            self.process.stdin.write(FRAME.pack(optimize, len(data)) + data)
            self.process.stdin.flush()
            header = self.process.stdout.read(FRAME.size)
            if len(header) == FRAME.size:
                good, length = FRAME.unpack(header)
                answer = self.process.stdout.read(length)
                if len(answer) == length:
                    if good:
                        return answer
                    raise CompileError(answer.decode())
        raise CompileError(self._last_words())

    def _last_words(self) -> str:
        status = self.process.wait()
        self.errors.seek(0)
        words = self.errors.read().decode(errors="replace").strip()[-2000:]
        return f"the LLVM process ended with status {status}: {words or 'it said nothing'}"

    def close(self) -> None:
        """End the process, whatever it does."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.errors):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):  # bytes that the dead worker did not take
                    stream.close()


def compile_in_workers(
    texts: Iterable[str], total: int, processes: int, progress: Progress | None, optimize: int
) -> list[bytes]:
    """See `llvm.compile_modules`; `processes` is at least 1."""
    todo: SimpleQueue[tuple[int, str] | None] = SimpleQueue()  # None: there is no more
    answers: SimpleQueue[_Answer] = SimpleQueue()
    results: dict[int, bytes] = {}
    workers: list[_Worker] = []
    threads: list[threading.Thread] = []

    def take(answer: _Answer) -> None:
        index, result = answer
        if isinstance(result, Exception):
            raise CompileError(f"module {index}: {result}") from result
        results[index] = result
        if progress is not None:
            progress(len(results), total)

    try:
        for _ in range(processes):
            workers.append(_Worker())
            thread = threading.Thread(target=_serve, args=(workers[-1], todo, answers, optimize), daemon=True)
            threads.append(thread)
            thread.start()
        count = 0
        for text in texts:
            todo.put((count, text))
            count += 1
            while not answers.empty():
                take(answers.get())
        while len(results) < count:
            take(answers.get())
    finally:
        for worker in workers:
            worker.process.kill()
        for _ in threads:
            todo.put(None)
        for thread in threads:
            thread.join()
        for worker in workers:
            worker.close()
    return [results[index] for index in range(count)]


def _serve(
    worker: _Worker,
    todo: SimpleQueue[tuple[int, str] | None],
    answers: SimpleQueue[_Answer],
    optimize: int,
) -> None:
    """Feed one worker until there is no more or a module fails."""
    while (item := todo.get()) is not None:
        index, text = item
        try:
            answers.put((index, worker.compile(text, optimize)))
        except Exception as error:  # whatever it is, the thread that waits must hear of it
            answers.put((index, error))
            return
