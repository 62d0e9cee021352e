"""Shows what passes do: reads IR, runs passes by name, prints the IR and on standard error the statistics."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from cupola.ir.errors import IRError
from cupola.ir.parser import parse_module
from cupola.ir.passes import PASSES, STANDARD, Statistics, run_passes
from cupola.ir.printer import format_module


def main() -> int:
    options = _options()
    if options.list:
        for each in PASSES.values():
            print(f"{each.name:14} {each.meaning}")
        return 0
    text = sys.stdin.read() if options.file == "-" else Path(options.file).read_text(encoding="utf-8")
    statistics = Statistics()
    try:
        module = parse_module(text if text.lstrip().startswith("module") else f'module "text"\n{text}')
        for function in module.functions.values():
            run_passes(function, options.passes, module=module, statistics=statistics, verify=True)
    except (IRError, ValueError) as error:
        print(f"{options.file}: {error}", *getattr(error, "__notes__", ()), sep="\n", file=sys.stderr)
        return 1
    print(format_module(module), end="")
    for (name, what), times in sorted(statistics.counts.items()):
        print(f"{name}: {what}: {times}", file=sys.stderr)
    for refusal in statistics.refusals:
        print(refusal, file=sys.stderr)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m cupola.ir.passes", description=__doc__)
    parser.add_argument("file", nargs="?", default="-", help="a file of IR text (default: standard input)")
    parser.add_argument(
        "--passes",
        type=lambda text: text.split(","),
        default=["inline", *STANDARD],
        help="names of passes, separated by commas, in the order in which they run",
    )
    parser.add_argument("--list", action="store_true", help="print the passes and what they do")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
