\ bench/options/warm-pools.fs with less work. Made by tools/make_experiments.py: change that, not this.
\ Blocks of many sizes, asked for and given back again and again: the pages that they lie on become free each time.
create kept 64 cells allot
variable total
: take ( n -- )  dup 97 * 3000 mod 16 + allocate throw  over total +!  swap cells kept + ! ;
: give ( n -- )  cells kept + @ free throw ;
: round ( -- )  64 0 do  i take  loop  64 0 do  i give  loop ;
: run ( -- n )  0 total !  2000 0 do  round  loop  total @ ;
run .
