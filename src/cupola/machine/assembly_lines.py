"""What the lines of x86-64 assembly are, as far as our passes over it look at them."""

from __future__ import annotations

import re

LABEL = re.compile(r"^(\.L\w+):")
JUMP = re.compile(r"^\tjmpq?\t(\S.*)$")
BRANCH = re.compile(r"^\t(j[a-z]+)\t(\S+)$")
INVERSE = {
    "je": "jne", "js": "jns", "jo": "jno", "jb": "jae", "jbe": "ja", "jl": "jge", "jle": "jg", "jp": "jnp",
}  # fmt: skip
INVERSE |= {right: left for left, right in INVERSE.items()}
