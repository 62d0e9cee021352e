"""Forth on Cupola: 64-bit cells, the words of Forth-2012 and more; what need not be native code is Forth itself.

Here, for all of them: the machine (`machine`, its memory map in `constants`), the language object that instructions
register with (`definition`, `facts`), what the driver enters (`system`), and what the rest of Cupola asks for by these
names: the VM (`vm`), the engine (`image`, of `instructions`, `primitives` and `superinstructions`), profiles
(`profiling`). `reference` makes the pages of docs, from `meanings.txt` too.

- `instructions`: what hot code is made of.
- `interpreter`: the text interpreter, and the text that it reads.
- `compiler`: from words to guest code that cannot touch what it must not.
- `optimizer`: shorter and better laid out definitions; every part of it can be switched off.
- `dictionary`: words, their names, the lists in which they are searched.
- `data`: words that work on cells and memory: moving, texts, the heap, wide and fixed-point numbers, printing.
- `floats`: words of floats that are no hot instructions.
- `throwing`: errors, CATCH and THROW.
- `storage`: files and blocks, the native and the driver's side.
- `physics`: how executions of words are counted, and the words that show it.
- `seeing`: SEE, LOCATE, WHERE.
- `driver`: what only Python can do, and how native code asks for it.
- `making`: how a system comes to be: of pieces, of a snapshot, of an image.
- `sources`: the part that is written in Forth; `library` lists it.

A package's `__init__` imports nothing (but that of `instructions`): a start loads only what it needs.
"""
