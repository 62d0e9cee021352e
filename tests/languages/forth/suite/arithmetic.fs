\ Single-cell and mixed arithmetic of CORE.
require ./tester.fs

T{ 3 4 + -> 7 }T
T{ -3 4 + -> 1 }T
T{ max-int 1 + -> min-int }T
T{ -1 1 + -> 0 }T
T{ 3 4 - -> -1 }T
T{ min-int 1 - -> max-int }T
T{ 0 min-int - -> min-int }T
T{ 6 7 * -> 42 }T
T{ -6 7 * -> -42 }T
T{ -6 -7 * -> 42 }T
T{ max-int 2 * -> -2 }T
T{ min-int -1 * -> min-int }T
T{ 4294967296 4294967296 * -> 0 }T

T{ 41 1+ -> 42 }T
T{ -1 1+ -> 0 }T
T{ max-int 1+ -> min-int }T
T{ 0 1- -> -1 }T
T{ min-int 1- -> max-int }T
T{ 21 2* -> 42 }T
T{ -21 2* -> -42 }T
T{ min-int 2* -> 0 }T
T{ 42 2/ -> 21 }T
T{ -42 2/ -> -21 }T
T{ -1 2/ -> -1 }T
T{ -3 2/ -> -2 }T
T{ 1 2/ -> 0 }T

T{ 0 negate -> 0 }T
T{ 5 negate -> -5 }T
T{ min-int negate -> min-int }T
T{ 0 abs -> 0 }T
T{ -5 abs -> 5 }T
T{ max-int abs -> max-int }T
T{ min-int abs -> min-int }T

T{ 1 2 min -> 1 }T
T{ -1 1 min -> -1 }T
T{ min-int max-int min -> min-int }T
T{ 0 0 min -> 0 }T
T{ 1 2 max -> 2 }T
T{ -1 1 max -> 1 }T
T{ min-int max-int max -> max-int }T

\ Division. The standard leaves floored or symmetric to the system; ours floors, as gforth's does.
T{ 7 2 / -> 3 }T
T{ -7 2 / -> -4 }T
T{ 7 -2 / -> -4 }T
T{ -7 -2 / -> 3 }T
T{ 0 5 / -> 0 }T
T{ 4 5 / -> 0 }T
T{ -4 5 / -> -1 }T
T{ min-int 1 / -> min-int }T
T{ max-int -1 / -> min-int 1+ }T
T{ 6 3 / -6 3 / 6 -3 / -6 -3 / -> 2 -2 -2 2 }T
T{ 7 2 mod -> 1 }T
T{ -7 2 mod -> 1 }T
T{ 7 -2 mod -> -1 }T
T{ -7 -2 mod -> -1 }T
T{ -6 3 mod -> 0 }T
T{ -1 10 mod -> 9 }T
T{ min-int 10 mod -> 2 }T
T{ 7 2 /mod -> 1 3 }T
T{ -7 2 /mod -> 1 -4 }T
T{ 7 -2 /mod -> -1 -4 }T
T{ -7 -2 /mod -> -1 3 }T
T{ max-int max-int /mod -> 0 1 }T
T{ min-int min-int /mod -> 0 1 }T

\ The product of */ and */MOD has two cells.
T{ 6 7 3 */ -> 14 }T
T{ 7 1 2 */ -> 3 }T
T{ -7 1 2 */ -> -4 }T
T{ max-int 2 max-int */ -> 2 }T
T{ max-int max-int max-int */ -> max-int }T
T{ min-int min-int min-int */ -> min-int }T
T{ 7 3 5 */mod -> 1 4 }T
T{ -7 3 5 */mod -> 4 -5 }T

\ The same words compiled, with constants the compiler might fold, and with values it cannot know.
: sums ( a b -- a+b a-b a*b )  2dup + >r  2dup - >r  *  r> r> swap rot ;
T{ 7 5 sums -> 12 2 35 }T
: folded  2 3 + 4 * 5 - 6 / 7 mod ;
T{ folded -> 2 }T
: seven/  7 / ;   : eight/  8 / ;   : eight-mod  8 mod ;   : -eight/  -8 / ;
T{ 100 seven/ -100 seven/ -> 14 -15 }T
T{ 100 eight/ -100 eight/ min-int eight/ -> 12 -13 min-int 8 / }T
T{ 100 eight-mod -100 eight-mod -1 eight-mod -> 4 4 7 }T
T{ 100 -eight/ -100 -eight/ -> -13 12 }T
: times-ten  10 * ;
T{ 5 times-ten -5 times-ten max-int times-ten -> 50 -50 -10 }T

\ A quotient and its remainder give the dividend back, whatever the signs.
: divide-back ( n d -- n' )  dup >r /mod r> * + ;
: round-trip-failures ( -- u )
   0  21 -20 do  21 -20 do  i if  j i divide-back j <> if 1+ then  then  loop loop ;
T{ round-trip-failures -> 0 }T
: remainder-sign-failures ( -- u )
   0  21 -20 do  21 -20 do  i if  j i mod dup if i xor 0< if 1+ then else drop then  then  loop loop ;
T{ remainder-sign-failures -> 0 }T

s" arithmetic.fs" end-tests
