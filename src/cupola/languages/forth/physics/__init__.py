"""The physics of Forth words (`cupola.policy.physics`): how executions are counted, and the words that show it.

How a count comes about, in the order of the files:

- `tables`: the structs. A *piece* is the guest code of one definition; its *blocks* are straight runs of it, and an
  *occurrence* says that a block executes some word once.
- `noting`: while a definition is compiled, which instruction was which word.
- `graph`, `planning` and `ways`: where counters must stand so that the count of every block follows from them;
  `following`: which block counts as running after which.
- `emitting`: puts the counting `instructions` into the guest code.
- `folding`: from counters to executions of words, at ticks and when somebody asks.
- `leaving`: straight runs that an error or the end of the run cut short.

A system without physics has none of it: its guest code is what it would be if this folder did not exist.
"""
