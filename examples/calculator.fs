\ A calculator for whole numbers: CALC reads an ordinary expression from the rest of the line, and prints its value.
\ A recursive-descent parser over the input: sums of products of numbers, negations and expressions in parentheses.

variable from                         \ what is still to be read lies between these two addresses
variable end

: more? ( -- flag )  from @ end @ < ;
: skip-blanks ( -- )  begin  more? if  from @ c@ bl =  else  false  then  while  1 from +!  repeat ;
: peek ( -- char )  skip-blanks  more? if  from @ c@  else  0  then ;
: accept? ( char -- flag )            \ if this comes next, read it
  peek = dup if  1 from +!  then ;

: numeral? ( char -- flag )  [char] 0 - 10 u< ;

: numeral ( -- n )
  peek numeral? 0= if  true abort" expected a number or a parenthesis"  then
  0  begin  more? if  from @ c@ numeral?  else  false  then  while
    10 *  from @ c@ [char] 0 - +  1 from +!
  repeat ;

defer expression ( -- n )

: factor ( -- n )
  [char] - accept? if  recurse negate exit  then
  [char] ( accept? 0= if  numeral exit  then
  expression  [char] ) accept? 0= abort" expected a closing parenthesis" ;

: divide ( n m -- quotient )
  dup 0= abort" division by zero"  / ;

: product ( -- n )
  factor  begin
    [char] * accept? if  factor *  true  else
    [char] / accept? if  factor divide  true  else  false  then then
  while  repeat ;

: sum ( -- n )
  product  begin
    [char] + accept? if  product +  true  else
    [char] - accept? if  product -  true  else  false  then then
  while  repeat ;
' sum is expression

: calc ( "expression" -- )
  10 parse  2dup type  over + end !  from !
  expression  peek if  true abort" expected an operator"  then
  ."  = " . cr ;

calc 1 + 2 * 3
calc (1 + 2) * 3
calc 100 - 7 * (8 + -3) / 5
calc 2 * (3 + 4 * (5 + 6 * (7 + 8)))
