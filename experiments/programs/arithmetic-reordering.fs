\ bench/options/arithmetic-reordering.fs with less work. Made by tools/make_experiments.py: change that, not this.
\ Arithmetic with constants as accessors and macros leave it: offsets added to offsets, factors times factors.
: header ( a -- a )  24 + ;
: field ( a -- a )  16 + ;
: scaled ( n -- n )  4 * 8 * ;
: half ( n -- n )  2 / ;
: bucket ( n -- n )  64 mod ;
: equal ( a b -- flag )  - 0= ;
: step ( n -- n )  header field 1+ 1+  scaled half  dup bucket 7 equal +  negate negate  1048575 and ;
: run ( -- n )  1  4000000 0 do  step i +  loop ;
run .
