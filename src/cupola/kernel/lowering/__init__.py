"""From the syntax tree of a kernel function to IR.

`function` is the way in. `context` holds what a lowering knows and its helpers; the files beside it lower
one family of constructs each, and enter themselves into the tables `context.EXPRESSIONS` and
`context.STATEMENTS`.
"""
