"""The engines, all made from the instructions of a language: `interpreter/` and `baseline/`.

`layout` is how guest code and the VM's context lie in memory; `expand` puts instructions together into handlers and
stencils; `image` builds, caches and loads everything native of a language.
"""
