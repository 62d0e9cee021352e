"""Proofs about functions in IR, by Z3: a symbolic executor, what it runs on, and static facts of call graphs.

`execute` runs a function on unknowns: branches become conditions, states merge where paths meet, loops are unrolled
with an unwinding assertion or cut by an invariant, calls are run or replaced by a contract. Along the way it notes
*obligations*: that divisors are not zero, that addresses lie in declared cells, that traps are not reached, that loops
end. `bitvectors` reads the operations as the operation table does; `products` abstracts
multiplication and division, which bit-vectors of 64 bits do not carry, and has the lemmas that make up for it. `solver`
asks: a claim is proved, refuted with a counter-example, or neither (which is an error too). `facts` needs no Z3.

What is claimed of which function stands where the function's users are (`lab/proofs`); nothing here knows a function.
Z3 is imported when a term is first made.
"""
