"""Prove every claim anew, and write the page: `python -m cupola.lab.proofs > docs/proofs.md`."""

from __future__ import annotations

import sys
import time

from cupola.lab.proofs.report import claims, page


def main() -> int:
    """Return 1 if a claim is not proved; progress goes to standard error."""
    for each in claims():
        start = time.monotonic()
        each.prove(*each.about)
        print(
            f"proved in {time.monotonic() - start:5.1f} s: {each.prove.__name__}", file=sys.stderr, flush=True
        )
    print(page(), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
