"""From words to guest code: the draft of a definition, its control flow, its check, its last form.

`draft` holds what was compiled so far. `compiling`, `defining`, `control_flow`, `locals` and `changing` are the words
that write it. `analysis` (with `effects` and `heights`) proves what a definition does to the stacks, and `finish`
lays it out with the checks that are left. What may be touched: which words there are. Guest code is safe because no
other way leads to it than `finish`: whatever is put in behind `analysis` must keep what that has proved.
"""
