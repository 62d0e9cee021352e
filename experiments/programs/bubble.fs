\ bench/forth/bubble.fs with less work. Made by tools/make_experiments.py: change that, not this.
\ Bubble sort of an array of cells: neighbours are compared and exchanged in memory.

3000 constant size
create items size cells allot

variable seed
: random ( -- u )  seed @ 1103515245 * 12345 + 2147483647 and  dup seed ! ;

: fill-items ( -- )
  size 0 do  random items i cells + !  loop ;

: exchange ( addr -- )                \ of the cell at addr and the next
  dup 2@ swap rot 2! ;

: bubble ( n -- )                     \ move the largest of the first n+1 items to its end
  items swap 0 do
    dup 2@ < if  dup exchange  then
    cell+
  loop drop ;

: sort ( -- )
  1 size 1- do  i bubble  -1 +loop ;

: checksum ( -- u )
  0  size 0 do  31 *  items i cells + @ +  loop ;

: main ( -- )
  42 seed !  fill-items  sort
  ." bubble " items @ .  checksum u. cr ;

main
