\ Solves a sudoku by backtracking: try each digit that row, column and box allow, cell after cell.

create board 81 allot

: row ( cell -- addr )  9 / 9 * board + ;
: column ( cell -- addr )  9 mod board + ;
: box ( cell -- addr )                \ of the top left cell of its box
  dup 27 / 27 *  swap 9 mod 3 / 3 *  +  board + ;

: in-row? ( digit addr -- flag )
  9 0 do  2dup i + c@ = if  2drop true unloop exit  then  loop  2drop false ;

: in-column? ( digit addr -- flag )
  81 0 do  2dup i + c@ = if  2drop true unloop exit  then  9 +loop  2drop false ;

: in-box? ( digit addr -- flag )
  27 0 do
    3 0 do
      2dup i j + + c@ = if  2drop true unloop unloop exit  then
    loop
  9 +loop  2drop false ;

: fits? ( digit cell -- flag )
  2dup row in-row? if  2drop false exit  then
  2dup column in-column? if  2drop false exit  then
  box in-box? 0= ;

: solve ( cell -- flag )              \ can the cells from this one on be filled?
  dup 81 = if  drop true exit  then
  dup board + c@ if  1+ recurse exit  then
  10 1 do
    i over fits? if
      i over board + c!
      dup 1+ recurse if  drop true unloop exit  then
      0 over board + c!
    then
  loop  drop false ;

: show ( -- )
  81 0 do
    board i + c@  dup if  [char] 0 +  else  drop [char] .  then  emit space
    i 1+ 9 mod 0= if  cr  then
  loop ;

: set ( addr len -- )                 \ digits and dots, row after row
  0 do  dup i + c@  dup [char] . = if  drop 0  else  [char] 0 -  then  board i + c!  loop  drop ;

: sudoku ( -- )
  s" 53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79" set
  show cr  0 solve if  show  else  ." There is no solution." cr  then ;

sudoku
