"""Looking inside: what a VM made of a function, as text for people.

`decode` reads guest code; `listing` shows it; `stages` shows the IR and the LLVM text that its handlers and stencils
come from; `native` shows machine code with the names of what it was made of beside it. All of them return text, work
for every language, and change nothing in the VM.
"""
