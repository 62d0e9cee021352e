"""Everything that knows x86-64, ELF, LLVM and Linux lives in this folder, and nothing else does.

Text of LLVM IR goes in at `llvm`, an ELF object comes out; `elf` parses it, `linker` places it into the code
arena of `memory`, `enter` calls it through ctypes, `libc` finds the C functions it calls. `cache` keeps bytes
on disk between runs, `objects` each compiled module. `cpu` says what we run on, `branches` where jumps should lie;
`perfmap` tells profilers our function names, `disassemble` shows machine code to people. A port to another CPU or
system changes this folder only.

The start-up path imports `memory`, `elf`, `linker`, `libc`, `enter`, `cache` and `cpu`: these import cheap
standard modules alone. llvmlite and capstone are imported inside the functions of `llvm`, `disassemble`
and `branches` that need them. All errors derive from `errors.MachineError`.
"""
