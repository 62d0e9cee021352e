\ bench/forth/queens.fs with less work. Made by tools/make_experiments.py: change that, not this.
\ How many ways are there to put n queens on a board of n by n? By backtracking, a column at a time.

10 constant n
5 constant rounds
create taken      n allot             \ flags: is a queen on this row,
create rising     n 2* allot          \ this rising diagonal,
create falling    n 2* allot          \ or this falling one?
variable solutions

: row@ ( row -- addr )  taken + ;
: rising@ ( col row -- addr )  + rising + ;
: falling@ ( col row -- addr )  - n + falling + ;

: free? ( col row -- flag )
  dup row@ c@ if  2drop false exit  then
  2dup rising@ c@ if  2drop false exit  then
  falling@ c@ 0= ;

: mark ( flag col row -- )
  >r over r@ row@ c!
  2dup r@ rising@ c!
  r> falling@ c! ;

: settle ( col -- )
  dup n = if  drop  1 solutions +!  exit  then
  n 0 do
    dup i free? if
      1 over i mark
      dup 1+ recurse
      0 over i mark
    then
  loop drop ;

: main ( -- )
  taken n 0 fill  rising n 2* 0 fill  falling n 2* 0 fill
  0 solutions !
  rounds 0 do  0 settle  loop
  ." queens " solutions @ rounds / . cr ;

main
