"""How a Forth system comes to be: of pieces, of a snapshot in the cache, of an image.

`installing` fills an empty system with primitives and with the guest code of `pieces`; `snapshot` takes a system out of
memory and puts one in, `images` makes files of that, and `relocating` is what native code does to make it fit. What may
be touched: `pieces`. What a snapshot holds is counted by `snapshot.FORMAT`.
"""
