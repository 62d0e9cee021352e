\ bench/options/stack-fusion.fs with less work. Made by tools/make_experiments.py: change that, not this.
\ Stack operations that undo each other, as words that are put together leave them, and runs that occur often.
: second ( a b -- a b a )  over ;
: flip ( a b -- b a )  swap ;
: add ( a b -- a+b )  flip + ;
: differ ( a b -- a b flag )  second second <> ;
: step ( a b -- a b )  differ drop  flip flip  2dup add  over drop  nip  flip ;
: run ( -- n )  1 2  2000000 0 do  step  over 65535 and +  loop  add ;
run .
