"""`cupola repl`, through a pipe and on a terminal."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import time
from pathlib import Path

from tests.cli.support import TIMEOUT, command, cupola, environment


def test_lines_through_a_pipe() -> None:
    done = cupola("repl", "forth", input="1 2 +\n.\n: f 10\n20 + ;\nf .\n")
    assert done.returncode == 0
    assert done.stdout == " ok 1\n3  ok\n compiled\n ok\n30  ok\n"


def test_an_error_leaves_the_session_usable() -> None:
    done = cupola("repl", input=": f 7 ;\nfoo\n: half 1 0 / ;\nhalf\nf .\n")
    lines = done.stdout.splitlines()
    assert "error: undefined word: foo" in lines
    assert "error: division by zero" in lines
    assert "  in half" in lines
    assert lines[-1] == "7  ok"


def test_bye_ends_the_session() -> None:
    done = cupola("repl", "forth", input="1 . bye\n2 .\n")
    assert (done.returncode, done.stdout) == (0, "1 ")


def test_the_program_reads_the_same_input() -> None:
    done = cupola("repl", "forth", input="pad 10 accept pad swap type\nabc\n")
    assert done.stdout == "abc ok\n"


class Terminal:
    """A session on a terminal of its own."""

    def __init__(self, home: Path) -> None:
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(
            command("repl", "forth"), stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
            preexec_fn=_own_terminal, env=environment(XDG_STATE_HOME=str(home), TERM="dumb", PROMPT_TOOLKIT_NO_CPR="1"),
        )  # fmt: skip
        os.close(slave)
        self.seen = ""

    def expect(self, text: str) -> None:
        """Read until `text` comes; forget everything up to it."""
        end = time.monotonic() + TIMEOUT
        while text not in self.seen:
            assert time.monotonic() < end, f"no {text!r} in {self.seen!r}"
            if select.select([self.master], [], [], 0.1)[0]:
                self.seen += os.read(self.master, 4096).decode("utf-8", "replace")
        self.seen = self.seen.partition(text)[2]

    def end(self) -> int:
        """Press Ctrl-D until the process ends (a press before the prompt is ready is lost); its exit status."""
        end = time.monotonic() + TIMEOUT
        while self.process.poll() is None and time.monotonic() < end:
            try:
                self.send("\x04")
                while select.select([self.master], [], [], 0.2)[0]:
                    os.read(self.master, 4096)
            except OSError:  # nobody has the other end open any more
                break
        self.close()
        return self.process.wait(TIMEOUT)

    def close(self) -> None:
        """Take the terminal away; a process that is still there ends by that."""
        if self.master >= 0:
            os.close(self.master)
            self.master = -1

    def send(self, text: str) -> None:
        os.write(self.master, text.encode())


def _own_terminal() -> None:
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def test_a_session_on_a_terminal(tmp_path: Path) -> None:
    cupola("run", "-e", "1")  # the first use may compile, and would show a bar
    terminal = Terminal(tmp_path)
    try:
        talk(terminal)
    finally:
        terminal.close()
    kept = (tmp_path / "cupola" / "forth-history").read_text()
    assert "+200 22 + ." in kept


def talk(terminal: Terminal) -> None:
    """A word that runs for ever, Ctrl-C, a line that works, Ctrl-D."""
    terminal.expect("> ")
    terminal.send(": spin 111 . begin again ;\r")
    terminal.expect(" ok")
    terminal.expect("> ")
    terminal.send("spin\r")
    terminal.expect("111 ")
    terminal.send("\x03")  # Ctrl-C: the word stops, the session stays
    terminal.expect("error: interrupted")
    terminal.expect("in spin")
    terminal.expect("> ")
    terminal.send("200 22 + .\r")
    terminal.expect("222  ok")
    terminal.expect("> ")
    assert terminal.end() == 0
