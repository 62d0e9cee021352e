"""The errors of the machine folder, all in one place.

MachineError
    CompileError        LLVM refused a module
    ObjectError         an object file is damaged or of a foreign kind
    LinkError           objects do not fit together, or an address does not fit its hole
    MappingError        the system gave no memory of the wanted kind
        AddressTaken    the wanted address is in use: map elsewhere and link again
    UnknownFunction     the C library has no function of this name
"""


class MachineError(Exception):
    """Base of all errors of this folder."""


class CompileError(MachineError):
    """LLVM refused a module: its message, and the line of IR text that it speaks of."""


class ObjectError(MachineError):
    """The bytes are not an x86-64 ELF relocatable object, or are damaged."""


class LinkError(MachineError):
    """An undefined or doubled symbol, a mutable global, an unknown relocation, or a value too wide for its
    hole.
    """


class MappingError(MachineError):
    """The operating system refused a memory mapping; `code` is its errno."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class AddressTaken(MappingError):
    """`CodeArena(at=...)`: something else lies at the wanted address."""


class UnknownFunction(MachineError):
    """Neither libc nor libm exports this name."""
