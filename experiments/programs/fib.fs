\ bench/forth/fib.fs with less work. Made by tools/make_experiments.py: change that, not this.
\ Fibonacci numbers by the doubly recursive definition: calls and little else.

: fib ( n -- fib[n] )
  dup 2 < if exit then
  dup 1- recurse  swap 2 - recurse  + ;

: main ( -- )  30 fib ." fib " . cr ;

main
