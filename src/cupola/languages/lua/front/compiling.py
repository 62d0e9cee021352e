"""The way into the front end."""

from __future__ import annotations

import sys
from _thread import RLock

from cupola.languages.lua.front.code import TYPE_CHECKING, FunctionCode
from cupola.languages.lua.front.problems import SyntaxProblem
from cupola.languages.lua.front.reading import MOST_LEVELS
from cupola.languages.lua.front.statements import Statements

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

DEPTH = 8 * MOST_LEVELS  # Python's calls inside each other that the deepest source needs
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

recursion = RLock()


def compile_source(
    source: bytes, chunk_name: bytes, watch: Callable[[], object] | None = None
) -> FunctionCode:
    """Compile a source; raises SyntaxProblem with the message that `load` returns.

    `watch` is called now and then, and may end it by an exception. The first line of a file (the name begins with "@",
    or is "=stdin") is skipped if it begins with "#".
    """
    if chunk_name.startswith(b"@") or chunk_name == b"=stdin":
        source = without_first_line(source)
    with recursion:
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(max(limit, depth() + DEPTH))
        try:
            parser = Statements(source, chunk_name)
            parser.watch = watch
            return parser.main()
        except RecursionError as error:
            raise SyntaxProblem(b"C stack overflow") from error
        finally:
            sys.setrecursionlimit(limit)


def depth() -> int:
    """Return how many of Python's calls are inside each other now."""
    frame: FrameType | None = sys._getframe()
    count = 0
    while frame is not None:
        count += 1
        frame = frame.f_back
    return count


def without_first_line(source: bytes) -> bytes:
    """Return the text of a file without the mark of its encoding, and without a first line for the shell."""
    source = source.removeprefix(BYTE_ORDER_MARK)
    if source.startswith(b"#"):
        end = source.find(b"\n")
        return source[end:] if end >= 0 else b""
    return source
