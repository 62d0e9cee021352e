\ bench/forth/sieve.fs with less work. Made by tools/make_experiments.py: change that, not this.
\ The sieve of Eratosthenes, one byte a number: loops over memory with a varying step.

1000000 constant size
2 constant rounds
create flags size allot

: cross-out ( prime -- )              \ clear its multiples, from its square on
  dup dup * flags +
  begin  dup flags size + <  while
    0 over c!  over +
  repeat  2drop ;

: sieve ( -- )
  flags size 1 fill
  2 begin  dup dup * size <  while
    dup flags + c@ if  dup cross-out  then
    1+
  repeat  drop ;

: primes ( -- n )
  0  size 2 do  flags i + c@ +  loop ;

: main ( -- )
  rounds 0 do  sieve  loop
  ." sieve " primes . cr ;

main
