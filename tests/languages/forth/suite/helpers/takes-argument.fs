\ Loaded by include.fs with a number on the stack.
100 +
