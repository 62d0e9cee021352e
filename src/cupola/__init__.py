"""Cupola: a toolkit for fast virtual machines.

The instructions of a language are written once, as small typed Python functions; the interpreters, the
compilers, the verifier and the printers are made from that one text. `cupola --help` shows the commands.

This module is the package's public face. It must stay cheap to import: every start of the command passes
through it.
"""

__version__ = "0.1.0"

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from cupola.api import VM as VM
    from cupola.api import Frame as Frame
    from cupola.api import GuestError as GuestError
    from cupola.api import Interrupted as Interrupted
    from cupola.api import LimitReached as LimitReached
    from cupola.api import Limits as Limits
    from cupola.api import Options as Options
    from cupola.api import Physics as Physics
    from cupola.api import Place as Place
    from cupola.api import RunError as RunError
    from cupola.api import Thresholds as Thresholds


def __getattr__(name: str) -> object:
    """The names of `cupola.api`, which is imported when one is first used (PEP 562)."""
    import cupola.api

    if name in cupola.api.__all__:
        return getattr(cupola.api, name)
    raise AttributeError(f"module 'cupola' has no attribute {name!r}")
