\ Words of CORE on double-cell numbers, and the few of DOUBLE that the system has.
require ./tester.fs

T{ 0 s>d -> 0 0 }T
T{ 5 s>d -> 5 0 }T
T{ -5 s>d -> -5 -1 }T
T{ min-int s>d -> min-int -1 }T
T{ max-int s>d -> max-int 0 }T

T{ 3 4 m* -> 12 0 }T
T{ -3 4 m* -> -12 -1 }T
T{ 0 -1 m* -> 0 0 }T
T{ max-int 2 m* -> -2 0 }T
T{ max-int max-int m* -> 1 max-int 2/ }T
T{ min-int min-int m* -> 0 1 62 lshift }T
T{ min-int -1 m* -> min-int 0 }T
T{ min-int 2 m* -> 0 -1 }T
T{ 3 4 um* -> 12 0 }T
T{ max-uint 2 um* -> -2 1 }T
T{ max-uint max-uint um* -> 1 -2 }T
T{ min-int min-int um* -> 0 1 62 lshift }T
T{ 1 32 lshift dup um* -> 0 1 }T

T{ 7 0 2 um/mod -> 1 3 }T
T{ 0 1 2 um/mod -> 0 min-int }T
T{ max-uint 1 2 um/mod -> 1 max-uint }T
T{ max-uint max-uint um* max-uint um/mod -> 0 max-uint }T
T{ -1 max-uint 1- max-uint um/mod -> max-uint 1- max-uint }T
T{ 0 0 max-uint um/mod -> 0 0 }T

T{ 7 s>d 2 fm/mod -> 1 3 }T
T{ -7 s>d 2 fm/mod -> 1 -4 }T
T{ 7 s>d -2 fm/mod -> -1 -4 }T
T{ -7 s>d -2 fm/mod -> -1 3 }T
T{ 6 s>d -3 fm/mod -> 0 -2 }T
T{ max-int s>d 1 fm/mod -> 0 max-int }T
T{ min-int s>d 1 fm/mod -> 0 min-int }T
T{ max-int max-int m* max-int fm/mod -> 0 max-int }T
T{ min-int max-int m* max-int fm/mod -> 0 min-int }T
T{ 1 max-int m* max-int fm/mod -> 0 1 }T
T{ min-int min-int m* min-int fm/mod -> 0 min-int }T

T{ 7 s>d 2 sm/rem -> 1 3 }T
T{ -7 s>d 2 sm/rem -> -1 -3 }T
T{ 7 s>d -2 sm/rem -> 1 -3 }T
T{ -7 s>d -2 sm/rem -> -1 3 }T
T{ -6 s>d 3 sm/rem -> 0 -2 }T
T{ min-int s>d 1 sm/rem -> 0 min-int }T
T{ min-int max-int m* max-int sm/rem -> 0 min-int }T
T{ max-int min-int m* min-int sm/rem -> 0 max-int }T

\ Numbers with a point are doubles.
T{ 5. -> 5 0 }T
T{ -5. -> -5 -1 }T
T{ 18446744073709551616. -> 0 1 }T
T{ -170141183460469231731687303715884105728. -> 0 min-int }T

T{ 1. 2. d+ -> 3. }T
T{ max-uint 0 1. d+ -> 0 1 }T
T{ -1. 1. d+ -> 0. }T
T{ max-uint max-int 1. d+ -> 0 min-int }T
T{ 1. 2. d- -> -1. }T
T{ 0 1 1. d- -> max-uint 0 }T
T{ 5. dnegate -> -5. }T
T{ 0. dnegate -> 0. }T
T{ 0 1 dnegate -> 0 -1 }T
T{ -5. dabs 5. dabs -> 5. 5. }T
T{ 10. -3 m+ -> 7. }T
T{ max-uint 0 1 m+ -> 0 1 }T
T{ 1. 2. d< 2. 1. d< 1. 1. d< -> true false false }T
T{ -1. 1. d< 0 1 max-uint 0 d< max-uint 0 0 1 d< -> true false true }T
T{ 0 1 0 2 d< 0 -1 0 0 d< -> true true }T
T{ -1. 1. du< 1. -1. du< 1. 2. du< -> false true true }T
T{ 1. 1. d= 1. 2. d= 0 1 0 2 d= -> true false false }T
T{ 0. d0= 1. d0= 0 1 d0= -> true false false }T
T{ -1. d0< 0. d0< 1. d0< -> true false false }T
T{ 1. 2. dmax -1. 1. dmin -> 2. -1. }T
T{ -5. d>s 5. d>s -> -5 5 }T
T{ max-uint 0 d2* 0 1 d2/ -1. d2/ -> -2 1 min-int 0 -1. }T
T{ 1. 2. 3. 2rot -> 2. 3. 1. }T
T{ 10. 3 4 m*/ -> 7. }T
T{ max-uint max-int 4 4 m*/ -> max-uint max-int }T
1. 2constant one-double
2variable a-double
: one-again  [ 7. ] 2literal ;
T{ one-double one-again -> 1. 7. }T
T{ a-double 2@ 3. a-double 2! a-double 2@ -> 0. 3. }T

s" doubles.fs" end-tests
