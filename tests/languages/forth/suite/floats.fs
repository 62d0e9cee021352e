\ Floating point: stack, arithmetic, comparison, functions, conversion, memory, definitions.
require ./tester.fs
[undefined] f>s [if] : f>s ( F: r -- ) ( -- n ) f>d d>s ; : s>f ( n -- ) ( F: -- r ) s>d d>f ; [then]
[undefined] ftrunc [if] : ftrunc ( F: r -- r ) fdup f0< if fnegate floor fnegate else floor then ; [then]
[undefined] ffield: [if]                                  \ gforth 0.7.3 has none of these
: ffield: ( n "name" -- n )  faligned 1 floats +field ;
: dffield: ( n "name" -- n )  dfaligned 1 dfloats +field ;
: sffield: ( n "name" -- n )  sfaligned 1 sfloats +field ;
[then]
[undefined] fvalue [if]
: fvalue ( F: r -- ) ( "name" -- )  create f, does> f@ ;
: to ( "name" -- )  ' >body f! ;
[then]

: same ( -- flag ) ( F: r1 r2 -- )  0e f~ ;               \ bit for bit
: near ( -- flag ) ( F: r1 r2 -- )  -1e-14 f~ ;
: inf ( F: -- r )  1e 0e f/ ;
: nan ( F: -- r )  0e 0e f/ ;

\ ---- literals
T{ 1e 1.e same 1e 1.0e0 same 100e 1E2 same 0.01e 1e-2 same -> true true true true }T
T{ -1.5E3 -1500e same +2e 2e same 1e+2 100e same -> true true true }T
T{ 0e -0e same 0e -0e f= -> false true }T
T{ 0.1e 10e f* 1e same -> true }T
: literals  1e 2.5e-3 -7e ;
T{ literals -7e same 25e-4 same 1e same -> true true true }T
T{ 123456789012345678901234567890e 1.2345678901234567890123456789e29 same -> true }T
T{ 9007199254740993e 9007199254740992e same 9007199254740993.0000000001e 9007199254740994e same -> true true }T
T{ 4.9406564584124654e-324 5e-324 same 2e-324 0e same -> true true }T
T{ fdepth -> 0 }T

\ ---- the stack
T{ 1e fdup f= 1e 2e fdrop 1e f= 1e 2e fswap f< 2e 3e fover f> -> true true false true }T
T{ fdrop fdepth -> 0 }T
T{ 1e 2e 3e frot 1e same 3e same 2e same -> true true true }T
T{ 1e 2e fnip 2e same 1e 2e ftuck 2e same 1e same 2e same -> true true true true }T
T{ fdepth 1e fdepth 2e 3e fdepth fdrop fdrop fdrop fdepth -> 0 1 3 0 }T
T{ 1e 2e 3e 2 fpick 1e same 0 fpick 3e same f+ f+ 6e same -> true true true }T
: swaps ( F: r1 r2 -- r )  fswap fover f- f* ;
T{ 5e 2e swaps 6e same -> true }T
: many  1e 2e 3e 4e 5e 6e 7e 8e 9e 10e f+ f+ f+ f+ f+ f+ f+ f+ f+ ;
T{ many 55e same fdepth -> true 0 }T

\ ---- arithmetic
T{ 1e 2e f+ 3e same 1e 2e f- -1e same 3e 2e f* 6e same 3e 2e f/ 1.5e same -> true true true true }T
T{ 2e fnegate -2e same -2e fabs 2e same -0e fabs 0e same 0e fnegate -0e same -> true true true true }T
T{ 9e fsqrt 3e same 2e fsqrt fdup f* 2e near 2e fsqrt 1.4142135623730951e same -> true true true }T
T{ 1e 2e fmax 2e same 2e 1e fmax 2e same -1e -2e fmin -2e same 1e 2e fmin 1e same -> true true true true }T
T{ 2.5e floor 2e same -2.5e floor -3e same 1e300 floor 1e300 same -> true true true }T
T{ 2.5e fround 2e same 3.5e fround 4e same -2.5e fround -2e same -0.4e fround -0e same -> true true true true }T
T{ 4503599627370497.5e fround 4503599627370498e same 1e300 fround 1e300 same -> true true }T
T{ 2.7e ftrunc 2e same -2.7e ftrunc -2e same -0.7e ftrunc f0= -> true true true }T
T{ 3e f2* 6e same 3e f2/ 1.5e same 4e 1/f 0.25e same -> true true true }T
T{ 1e 0e f/ inf same -1e 0e f/ inf fnegate same 1e -0e f/ inf fnegate same -> true true true }T
T{ nan fdup f= -1e fsqrt fdup f= inf inf f- fdup f= -> false false false }T
: mixed ( n -- ) ( F: r -- r )  s>f fdup f* f+ ;
T{ 1e 3 mixed 10e same -> true }T
: dot ( F: x1 y1 x2 y2 -- r )  frot f* frot frot f* f+ ;
T{ 1e 2e 3e 4e dot 11e same -> true }T

\ ---- comparison
T{ 1e 2e f< 2e 1e f< 1e 1e f< -0e 0e f< -> true false false false }T
T{ 1e 2e f> 2e 1e f> 1e 1e f> -> false true false }T
T{ 1e 2e f<= 2e 1e f<= 1e 1e f<= 1e 2e f>= 2e 1e f>= 1e 1e f>= -> true false true false true true }T
T{ 1e 1e f= 1e 2e f= 1e 1e f<> 1e 2e f<> 0e -0e f= -> true false false true true }T
T{ 0e f0= -0e f0= 1e f0= -1e f0< 0e f0< -0e f0< 1e f0> 0e f0> -> true true false true false false true false }T
T{ 1e f0<> 0e f0<> -> true false }T
T{ nan 1e f< nan 1e f> nan 1e f= 1e nan f<= nan f0= nan f0< -> false false false false false false }T
T{ nan 1e f<> nan f0<> inf 1e f> inf fnegate f0< -> true true true true }T
: branches ( F: r -- ) ( -- n )  fdup f0< if fdrop -1 exit then  fdup 10e f> if fdrop 1 exit then f0= if 0 else 5 then ;
T{ -2e branches 20e branches 0e branches 3e branches nan branches -> -1 1 0 5 5 }T
: count-down ( F: r -- ) ( -- n )  0 begin 1+ 1e f- fdup 0e f<= until fdrop ;
T{ 5e count-down 0.5e count-down -> 5 1 }T
: halvings ( F: r -- ) ( -- n )  0 begin fdup 1e f> while f2/ 1+ repeat fdrop ;
T{ 1024e halvings -> 10 }T
T{ 1e 1.1e 0.2e f~ 1e 1.1e 0.05e f~ 1e 1e 0e f~ 0e -0e 0e f~ -> true false true false }T
T{ 1e 1.1e -0.1e f~ 100e 110e -0.01e f~ 1e nan 1e f~ -> true false false }T

\ ---- functions
T{ 0e fsin 0e same 0e fcos 1e same 1e ftan 1.5574077246549023e near -> true true true }T
T{ 1e fasin 1.5707963267948966e near 1e facos 0e same 1e fatan 0.7853981633974483e near -> true true true }T
T{ 1e -1e fatan2 2.356194490192345e near 0e -1e fatan2 3.141592653589793e near -> true true }T
T{ 1e fsinh 1.1752011936438014e near 1e fcosh 1.5430806348152437e near 1e ftanh 0.7615941559557649e near -> true true true }T
T{ 1e fasinh 0.881373587019543e near 2e facosh 1.3169578969248166e near 0.5e fatanh 0.5493061443340548e near -> true true true }T
T{ 1e fexp 2.718281828459045e near 1e fexpm1 1.718281828459045e near 1e-20 fexpm1 1e-20 near -> true true true }T
T{ 2e fln 0.6931471805599453e near 1e-20 flnp1 1e-20 near 1000e flog 3e near 2e falog 100e near -> true true true true }T
T{ 2e 10e f** 1024e same 2e -1e f** 0.5e same 4e 0.5e f** 2e same -> true true true }T
T{ 1e fsincos 0.5403023058681398e near 0.8414709848078965e near -> true true }T
T{ pi 3.141592653589793e same -> true }T
T{ -1e fln fdup f= 0e fln inf fnegate same 710e fexp inf same -> false true true }T

\ ---- cells
T{ 3 s>f 3e same -7 s>f -7e same max-int s>f 9223372036854775808e same min-int s>f -9223372036854775808e same -> true true true true }T
T{ 3.9e f>s -3.9e f>s -9223372036854775808e f>s 9223372036854774784e f>s -> 3 -3 min-int 9223372036854774784 }T
T{ 5. d>f 5e same -5. d>f -5e same -1. d>f -1e same -> true true true }T
T{ 5.9e f>d -5.9e f>d 1e20 f>d -> 5. -5. 100000000000000000000. }T
T{ -1e20 f>d 18446744073709551616e f>d 36893488147419103232e f>d -> -100000000000000000000. 0 1 0 2 }T
T{ 36893488147419103233. d>f 36893488147419103232e same -> true }T
T{ 36893488147419107329. d>f 36893488147419111424e same 36893488147419107328. d>f 36893488147419103232e same -> true true }T
T{ 0 min-int d>f -170141183460469231731687303715884105728e same 0 min-int d>f f>d -> true 0 min-int }T

\ ---- memory
create room  8 floats allot
T{ 1.5e room f! room f@ 1.5e same room @ $3ff8000000000000 = -> true true }T
T{ 2e room float+ f! room 1 floats + f@ 2e same -> true }T
T{ 0.1e room sf! room sf@ 0.1e same room sf@ 0.10000000149011612e same -> false true }T
T{ 1e room sf! 2e room sfloat+ sf! room sf@ room 1 sfloats + sf@ f+ 3e same -> true }T
T{ 1e40 room sf! room sf@ inf same 1e-50 room sf! room sf@ 0e same -> true true }T
T{ 3e room df! room df@ 3e same room dfloat+ room 1 dfloats + = -> true true }T
T{ 1 floats 1 dfloats 1 sfloats -> 8 8 4 }T
T{ 1 faligned 8 faligned 1 dfaligned 1 sfaligned 4 sfaligned -> 8 8 8 4 4 }T
T{ align here 1 allot falign here swap - align here 1 allot sfalign here swap - align here 1 allot dfalign here swap - align -> 8 4 8 }T
T{ 5e f, here 1 floats - f@ 5e same -> true }T
: sum ( n -- ) ( F: -- r )  0e 0 ?do room i floats + f@ f+ loop ;
: fill-room  8 0 do i s>f room i floats + f! loop ;
T{ fill-room 8 sum 28e same -> true }T

\ ---- definitions
3e fconstant three
fvariable place
2.5e fvalue changing
T{ three 3e same place f@ 0e same changing 2.5e same -> true true true }T
: compiled  three place f!  place f@ three f+ place f! ;
T{ compiled place f@ 6e same -> true }T
-7e to changing
T{ changing -7e same -> true }T
: change ( F: r -- )  to changing ;
T{ 8e change changing 8e same -> true }T
: five  [ 2e 3e f+ ] fliteral ;
T{ five 5e same ' five execute 5e same -> true true }T
T{ ' three execute 3e same ' f+ 1e 2e execute 3e same -> true true }T
0 cfield: first ffield: second sffield: third dffield: fourth constant size
T{ 0 first 0 second 0 third 0 fourth size -> 0 8 16 24 32 }T
: made  create f, does> f@ fdup f* ;
4e made sixteen
T{ sixteen 16e same -> true }T
: deep ( n -- ) ( F: r -- r )  dup if 1- 1e f+ recurse exit then drop ;
T{ 0e 100 deep 100e same -> true }T
: pushes ( n -- ) ( F: -- r... )  dup if dup s>f 1- recurse exit then drop ;
: adds ( n -- ) ( F: r... -- r )  1- 0 ?do f+ loop ;
T{ 1000 pushes 1000 adds 500500e same fdepth -> true 0 }T

\ ---- CATCH leaves the stack of floats as deep as it was
: throws  fdrop 1e 2e 3e 4e 5 throw ;
T{ 7e 8e ' throws catch fdepth fdrop 7e same -> 5 2 true }T
: takes  fdrop fdrop fdrop 6 throw ;
T{ 7e 8e 9e ' takes catch fdepth fdrop fdrop fdrop -> 6 3 }T
: returns  f+ ;
T{ 7e 8e ' returns catch 15e same -> 0 true }T

\ ---- text
: number ( c-addr u -- flag )  >float dup if fdrop then ;
T{ s" 1" number s" 1e" number s" 1.5" number s" .5" number s" -1.5e-3" number -> true true true true true }T
T{ s" 1d5" number s" 1+5" number s" 1e+" number s"   " number s" " number -> true true true true true }T
T{ s" " >float 0e same s" 1d2" >float 100e same s" 1-2" >float 0.01e same -> true true true true true true }T
T{ s" e" number s" ." number s" .e" number s" +" number s" 1x" number s" 1e1e" number s" 1..2" number -> false false false false false false false }T
T{ s" 1e5.5" number s"  1" number s" 1 " number s" - 1" number -> false false false false }T
create digits 40 allot
: represents ( u -- n flag1 flag2 ) ( F: r -- )  digits swap represent ;
T{ 1.2345678e 5 represents digits 5 s" 12346" s= -> 1 false true true }T
T{ -99999.9e 5 represents digits 5 s" 10000" s= -> 6 true true true }T
T{ 0.001e 3 represents digits 3 s" 100" s= -> -2 false true true }T
T{ 5e-324 4 represents digits 4 s" 4941" s= -> -323 false true true }T
T{ 1.7976931348623157e308 9 represents digits 9 s" 179769313" s= -> 309 false true true }T
T{ inf 5 represents nip nip nan 5 represents nip nip -> false false }T

\ ---- the system
T{ s" FLOATING" environment? s" FLOATING-EXT" environment? s" FLOATING-STACK" environment? swap 0> -> true true true true true true }T
T{ s" MAX-FLOAT" environment? 1.7976931348623157e308 same -> true true }T
T{ precision 4 set-precision precision swap set-precision precision 4 > -> 4 true }T
T{ fdepth -> 0 }T

s" floats.fs" end-tests
