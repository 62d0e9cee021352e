\ bench/options/branch-layout.fs with less work. Made by tools/make_experiments.py: change that, not this.
\ Branches that nearly always go one way, round code that is hardly ever run, in a loop that is short.
variable events
: rarely ( n -- n )
   dup 1023 and 0= if  1 events +!  dup 3 * 7 / 5 xor 11 + drop  then
   dup 2047 and 5 = if  2 events +!  dup 9 * 13 / 3 xor 17 + drop  then
   dup 4095 and 9 = if  3 events +!  dup 5 * 11 / 7 xor 19 + drop  then ;
: run ( -- n )  0  4000000 0 do  i rarely xor  loop ;
run . events @ .
