"""The numbers of a header in guest code (see `layout`), for native code and for the driver, which imports no more."""

from __future__ import annotations

HANDLER_OFFSET = 0
OPCODE_OFFSET = 4
VARIANT_OFFSET = 6
OPCODE_BITS = 10
OPCODE_MASK = (1 << OPCODE_BITS) - 1
MAX_SITE = (1 << 16 - OPCODE_BITS) - 1
NEVER = 0x7FFFFFFF  # a countdown from here asks for nothing
UNIT_ALIGNMENT = 16  # bytes: of the native code of a function
