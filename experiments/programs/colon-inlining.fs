\ bench/options/colon-inlining.fs with less work. Made by tools/make_experiments.py: change that, not this.
\ Many calls of short words: what a call costs beside what the word does.
: square ( n -- n )  dup * ;
: cube ( n -- n )  dup square * ;
: clamp ( n -- n )  1048575 and ;
: mix ( n -- n )  cube clamp 7 + ;
: step ( n i -- n )  + mix ['] clamp execute ;
: run ( -- n )  1  4000000 0 do  i step  loop ;
run .
