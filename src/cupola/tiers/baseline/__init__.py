"""The baseline compiler: copies stencils made from the handlers and patches their holes (copy-and-patch).

`holes` finds what a stencil computes from its operands alone; `stencils` reads the compiled objects; `compiler` is
the native code that copies and patches. After Xu and Kjolstad, "Copy-and-Patch Compilation" (OOPSLA 2021).
"""
