"""What makes definitions shorter or lays them out better; none of it changes what a program does.

`rules` are data, with their functions in `rule_values`; `rewriting` applies them and `peephole` folds constants while a
draft grows. `inlining` takes short words in, `batching` joins what is printed, `line_order` moves rare code away,
`hints` says what a profile knows. What may be touched: anything, as long as each part asks its option
(`cupola.policy.options`), counts what it did, and a draft means the same with and without it.
"""
