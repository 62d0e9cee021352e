"""The runtime library in the kernel language: what guest languages and the policy call natively.

Imports `kernel` and below only. Its functions touch no VM: they take numbers and pointers, and give numbers.
"""
