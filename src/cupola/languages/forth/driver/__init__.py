"""What only Python can do for a program, and how native code asks for it.

`state` is a VM's memory with names. Native code leaves with a reason and its wish in cells of it; `upcalls` has who
serves it. `terminal` and `driver_calls` are the native side of `facility` and `services`. `loading` puts texts into
the data space, `streams` are input and output, `keys` what terminals send, `foreign` calls C. `messages` says what
THROW codes mean, `reporting` where the program was. What may be touched: a new service is a row in `services`;
whatever a program asks for is checked here again.
"""
