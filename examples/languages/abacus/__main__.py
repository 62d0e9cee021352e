"""Runs an Abacus program: python -m examples.languages.abacus PROGRAM [TIER]"""

from __future__ import annotations

import sys
from pathlib import Path

from cupola.language import GuestError

from .vm import AbacusVM


def main(arguments: list[str]) -> int:
    """Run the program; 0, 1 for an error in it, 2 for wrong usage."""
    if len(arguments) not in (1, 2):
        print(__doc__, file=sys.stderr)
        return 2
    vm = AbacusVM(arguments[1] if len(arguments) == 2 else "auto")
    try:
        vm.run(Path(arguments[0]).read_text(encoding="utf-8"), arguments[0])
    except GuestError as error:
        print(error.show(), file=sys.stderr)
        return 1
    finally:
        print(*vm.printed, sep="\n")
    return 0


sys.exit(main(sys.argv[1:]))
