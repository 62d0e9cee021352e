"""Runs a Lark program: python -m examples.languages.lark PROGRAM [TIER]"""

import sys
from pathlib import Path

from cupola.language.limits import RunError

from .vm import LarkVM

vm = LarkVM(*sys.argv[2:])
try:
    vm.run(Path(sys.argv[1]).read_text(encoding="utf-8"), sys.argv[1])
except RunError as error:
    sys.exit(error.show())
finally:
    print(*vm.printed, sep="\n")
