"""One process of `cupola bench options`: a program runs several times with an option on, or off; the least time counts.

    python -m cupola.lab.option_run OPTION on|off TIER PROFILE PROGRAM

PROFILE is a file, or `-` for none. On standard output goes what the program printed, or, if that is much, a digest of
it; on standard error the CPU seconds of the fastest run, compiling included.
"""

from __future__ import annotations

import hashlib
import sys
import time

REPEATS = 3
MOST_SHOWN = 4096  # characters of output; of more, a digest


def run(option: str, state: str, tier: str, profile: str, path: str) -> None:
    """Run the program and print what came of it."""
    import cupola

    with open(path, encoding="utf-8") as file:
        text = file.read()
    seconds: list[float] = []
    outputs: set[str] = set()
    for _ in range(REPEATS):
        options = {option: state == "on"} if option != "profile" else {}
        with cupola.VM(tier=tier, options=options, profile=None if profile == "-" else profile) as vm:
            began = time.process_time()
            vm.run(text, path)
            seconds.append(time.process_time() - began)
            outputs.add(shown(vm.take_output()))
    print("\n".join(sorted(outputs)))
    print(min(seconds), file=sys.stderr)


def shown(output: str) -> str:
    """The output, or its digest."""
    if len(output) <= MOST_SHOWN:
        return output
    return f"{len(output)} characters, {hashlib.sha256(output.encode()).hexdigest()[:16]}"


if __name__ == "__main__":
    run(*sys.argv[1:])
