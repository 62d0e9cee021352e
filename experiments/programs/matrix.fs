\ bench/forth/matrix.fs with less work. Made by tools/make_experiments.py: change that, not this.
\ The product of two square integer matrices, row by column with moving pointers.

140 constant n
n cells constant row
n n * constant items

create a  items cells allot
create b  items cells allot
create c  items cells allot

variable seed
: random ( -- u )  seed @ 1103515245 * 12345 + 2147483647 and  dup seed ! ;
: small ( -- n )  random 16 rshift 200 mod 100 - ;

: fill-matrix ( addr -- )
  items 0 do  small over !  cell+  loop drop ;

: inner ( a-row b-column -- sum )
  0  n 0 do                           ( a b sum )
    >r  over @ over @ *  r> + >r
    row +  swap cell+ swap  r>
  loop  nip nip ;

: product ( -- )
  c  n 0 do
    n 0 do
      a j row * +  b i cells +  inner
      over !  cell+
    loop
  loop drop ;

: checksum ( addr -- u )
  0  items 0 do  31 *  over @ +  swap cell+ swap  loop  nip ;

: main ( -- )
  7 seed !  a fill-matrix  b fill-matrix
  product
  ." matrix " c checksum u. cr ;

main
