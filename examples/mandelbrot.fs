\ The Mandelbrot set, drawn with characters. Integers only: numbers are in fixed-point arithmetic with 24 bits after
\ the point, and products come from squares (2xy = [x+y]^2 - x^2 - y^2), which a logical shift can divide since they
\ are never negative. Standard Forth-2012, words of CORE and CORE EXT.

79 constant width
32 constant height
2000 constant patience                \ steps after which a point counts as inside
false constant colours                \ true: shades in ANSI colours

: fixed ( n -- x )  16777216 1000 */ ; \ thousandths to fixed point
: square ( x -- x^2 )  dup *  24 rshift ;

variable cx
variable cy

: step ( x y -- x' y' flag )          \ z^2 + c; the flag is true while |z| < 2
  2dup + square >r
  square swap square                  ( yy xx  R: [x+y]^2 )
  2dup +  dup r> swap -  cy @ +  >r   ( yy xx norm  R: y' )
  rot rot swap -  cx @ +              ( norm x' )
  r> rot  4000 fixed < ;

: steps ( -- n )                      \ how many steps does c stay near the origin?
  0 0  patience 0 do
    step 0= if  2drop i unloop exit  then
  loop  2drop patience ;

: magnitude ( n -- n' )               \ 0..16: single steps at first, later the binary logarithm
  dup 8 < if  exit  then
  7 swap  begin  2/  dup 3 >  while  swap 1+ swap  repeat  drop ;

: shade ( n -- )                      \ draw a point that stayed for n steps
  dup patience = if  drop [char] @  else
    magnitude  s"    .:-=+*ox%&$##" drop + c@
  then emit ;

: colour ( n -- )                     \ choose the colour of a point
  27 emit ." [38;5;"
  dup patience = if  drop 231  else  magnitude 17 +  then
  0 <# #s #> type  [char] m emit ;

: plain ( -- )  27 emit ." [0m" ;

: point ( column row -- )
  2500 height 1- */ 1250 - fixed cy !
  3300 width 1- */ 2350 - fixed cx !
  steps  colours if  dup colour  then  shade ;

: mandelbrot ( -- )
  height 0 do
    width 0 do  i j point  loop
    colours if  plain  then  cr
  loop ;

mandelbrot
