"""What is asked: experiments as data, before anything has run.

`spec` has the types, `reading` makes them of a TOML file, `template` writes a new file with comments, `canonical`
freezes an experiment into text and a hash, `confidence` offers a formula for the confidence of a prediction. A field of
an experiment stands once, in `spec`; the reader, the template and the canonical form derive from it.
"""
