"""`python -m cupola`: the same as the command `cupola`."""

import sys

from cupola.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
