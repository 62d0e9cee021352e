\ bench/forth/mandelbrot.fs with less work. Made by tools/make_experiments.py: change that, not this.
\ The Mandelbrot set in fixed-point arithmetic, with 24 bits after the point. Products come from squares alone
\ (2xy = [x+y]^2 - x^2 - y^2), for these are never negative: a logical shift then divides.

24 constant bits
1 bits lshift constant one
160 constant width
100 constant height
200 constant patience

variable cx
variable cy

: square ( x -- x^2 )  dup *  bits rshift ;

: step ( x y -- x' y' flag )          \ z^2 + c; the flag is true while |z| < 2
  2dup + square >r
  square swap square                  ( yy xx  R: [x+y]^2 )
  2dup +  dup r> swap -  cy @ +  >r   ( yy xx norm  R: y' )
  rot rot swap -  cx @ +              ( norm x' )
  r> rot  4 one * < ;

: steps ( -- n )                      \ how many steps does c stay inside?
  0 0  patience 0 do
    step 0= if  2drop i unloop exit  then
  loop  2drop patience ;

: column>x ( n -- x )  3 one * width */  2 one * - ;
: row>y ( n -- y )  2 one * height */  one - ;

: mandelbrot ( -- sum )
  0  height 0 do
    i row>y cy !
    width 0 do
      i column>x cx !
      31 * steps +  1073741823 and
    loop
  loop ;

: main ( -- )  ." mandelbrot " mandelbrot . cr ;

main
