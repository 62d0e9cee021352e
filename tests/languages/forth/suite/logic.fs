\ Comparisons, bits and shifts.
require ./tester.fs

T{ true -> -1 }T
T{ false -> 0 }T
T{ 0 0= 1 0= -1 0= min-int 0= -> true false false false }T
T{ 0 0< 1 0< -1 0< min-int 0< max-int 0< -> false false true true false }T
T{ 0 0> 1 0> -1 0> min-int 0> max-int 0> -> false true false false true }T
T{ 0 0<> 1 0<> -1 0<> min-int 0<> -> false true true true }T
T{ 1 1 = 1 2 = -1 max-uint = -> true false true }T
T{ 1 1 <> 1 2 <> -> false true }T
T{ 1 2 < 2 1 < 1 1 < -> true false false }T
T{ -1 1 < 1 -1 < min-int max-int < max-int min-int < -> true false true false }T
T{ min-int 0 < 0 min-int < -> true false }T
T{ 1 2 > 2 1 > 1 1 > -> false true false }T
T{ -1 1 > min-int max-int > max-int min-int > -> false false true }T
T{ 1 2 u< 2 1 u< 1 1 u< -> true false false }T
T{ -1 1 u< 1 -1 u< min-int max-int u< 0 max-uint u< -> false true false true }T
T{ 1 2 u> 2 1 u> 1 1 u> -> false true false }T
T{ -1 1 u> 1 -1 u> max-uint 0 u> -> true false true }T

T{ 5 0 10 within -1 0 10 within 10 0 10 within 0 0 10 within -> true false false true }T
T{ 5 10 0 within 15 10 0 within -5 10 0 within -> false true true }T
T{ -5 -10 0 within 0 -10 0 within 5 5 5 within -> true false false }T
T{ max-int min-int max-int within max-int 0 min-int within -> false true }T
T{ 0 0 max-uint within max-uint 0 max-uint within -> true false }T

T{ 12 10 and 12 10 or 12 10 xor -> 8 14 6 }T
T{ -1 0 and -1 0 or -1 -1 xor -> 0 -1 0 }T
T{ 0 invert -1 invert 5 invert max-int invert -> -1 0 -6 min-int }T
T{ 1 0 lshift 1 4 lshift 1 63 lshift 3 63 lshift -> 1 16 min-int min-int }T
T{ 16 0 rshift 16 4 rshift max-uint 63 rshift min-int 63 rshift -1 1 rshift -> 16 1 1 1 max-int }T
: left  lshift ;   : right  rshift ;   : left-3  3 lshift ;   : right-3  3 rshift ;
T{ 5 3 left 40 3 right 5 left-3 40 right-3 -> 40 5 40 5 }T

\ A comparison straight before IF, WHILE and UNTIL may be compiled in another way than one whose flag is kept.
: if-less  < if 1 else 2 then ;
: if-uless  u< if 1 else 2 then ;
: if-equal  = if 1 else 2 then ;
: if-not  0= if 1 else 2 then ;
: if-negative  0< if 1 else 2 then ;
: if-less-kept  < dup if 1 else 2 then ;
: if-not-not  0= 0= if 1 else 2 then ;
: if-constant  5 < if 1 else 2 then ;
T{ 1 2 if-less 2 1 if-less -1 1 if-less -1 1 if-uless -> 1 2 1 2 }T
T{ 3 3 if-equal 3 4 if-equal 0 if-not 9 if-not -> 1 2 1 2 }T
T{ -1 if-negative 0 if-negative 1 2 if-less-kept 2 1 if-less-kept -> 1 2 true 1 false 2 }T
T{ 7 if-not-not 0 if-not-not 4 if-constant 5 if-constant -> 1 2 1 2 }T
: between? ( n -- flag )  dup 10 >= swap 20 <= and ;
T{ 9 between? 10 between? 20 between? 21 between? -> false true true false }T
: while-less  0 begin dup 10 < while 3 + repeat ;
: until-more  0 begin 3 + dup 10 > until ;
T{ while-less until-more -> 12 12 }T

s" logic.fs" end-tests
