"""DRIVER-CALL: how words that are written in Forth ask the driver for what only Python can do.

The service is named by a text, so nothing is numbered twice; `services` has them all, and says how cells come and go.
"""

from __future__ import annotations

from cupola.language import Cell, exit_
from cupola.languages.forth.constants import UPCALL_DRIVER
from cupola.languages.forth.data.space import check_range
from cupola.languages.forth.definition import forth
from cupola.languages.forth.machine import Machine, step_over
from cupola.languages.forth.throwing.failure import check, fail


@forth.instruction(name="ask driver", cold=True, facts={"unknown_effect": True})
def ask_driver(m: Machine, start: Cell, length: Cell) -> None:
    """( i*x c-addr u -- j*x ) Let the driver do the service of that name."""
    check_range(m, start, length)
    m.vm.request[0] = start
    m.vm.request[1] = length
    step_over(m)
    exit_(UPCALL_DRIVER)


@forth.instruction(name="hear driver", cold=True)
def hear_driver(m: Machine) -> None:
    """Throw what the driver wants thrown."""
    code = m.vm.request[0]
    if code != 0:
        fail(m.vm, code)
        check(m)
