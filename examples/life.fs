\ Conway's game of life on a torus: a glider and a small exploder, a few generations side by side.

16 constant side
side dup * constant cells-in-all
create now    cells-in-all allot
create later  cells-in-all allot

: wrap ( n -- n' )  side + side mod ;
: square ( column row -- n )  wrap side * swap wrap + ;
: alive ( column row -- n )  square now + c@ ;

: neighbours ( column row -- n )
  0
  2 -1 do
    2 -1 do
      i j or if                       \ not the cell itself
        over j +  3 pick i +  swap alive +
      then
    loop
  loop  nip nip ;

: fate ( column row -- n )            \ alive in the next generation?
  2dup neighbours
  dup 3 = if  drop 2drop 1 exit  then
  2 = if  alive  else  2drop 0  then ;

: generation ( -- )
  side 0 do  side 0 do
    i j fate  i j square later + c!
  loop loop
  later now cells-in-all move ;

: show ( -- )
  side 0 do
    side 0 do  i j alive if  [char] O  else  [char] .  then emit space  loop cr
  loop ;

: plant ( column row -- )  1 rot rot square now + c! ;
: glider ( -- )    1 0 plant  2 1 plant  0 2 plant  1 2 plant  2 2 plant ;
: exploder ( -- )  10 8 plant  9 9 plant  10 9 plant  11 9 plant  9 10 plant  11 10 plant  10 11 plant ;

: life ( generations -- )
  now cells-in-all 0 fill  glider exploder
  1+ 0 do
    i 4 mod 0= if  ." generation " i . cr show  then  generation
  loop ;

8 life
