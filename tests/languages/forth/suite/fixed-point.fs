\ The words of Q48.16 fixed point.
require ./tester.fs

: codes ( xt -- code )  catch ;

T{ q# 1 -> 65536 }T
T{ q# -1.5 -> -98304 }T
T{ q# .5 -> 32768 }T
T{ q# +2. -> 131072 }T
T{ : literal-in-a-word q# 2.25 q# -0.25 ; literal-in-a-word -> 147456 -16384 }T
T{ s" 3.75" >q-number -> 245760 true }T
T{ s" 3,75" >q-number -> 0 false }T
T{ s" " >q-number -> 0 false }T

T{ 7 >q -> q# 7 }T
T{ -7 >q -> q# -7 }T
T{ 140737488355327 >q q> -> 140737488355327 }T
T{ -140737488355328 >q -> min-int }T
T{ q# 2.5 q> -> 2 }T
T{ q# 3.5 q> -> 4 }T
T{ q# -2.5 q> -> -2 }T
T{ q# -2.6 q> -> -3 }T

T{ q# 1.5 q# 2.25 q.+ -> q# 3.75 }T
T{ q# 1.5 q# 2.25 q.- -> q# -0.75 }T
T{ q# 1.5 q# -2.5 q.* -> q# -3.75 }T
T{ 1 32768 q.* -> 0 }T            \ half a unit: a tie, to even
T{ 3 32768 q.* -> 2 }T
T{ -3 32768 q.* -> -2 }T
T{ q# 1 q# 3 q./ -> 21845 }T
T{ q# -2 q# 3 q./ -> -43691 }T
T{ min-int max-int q./ -> -65536 }T
T{ q# -4.5 q.abs -> q# 4.5 }T
T{ q# 100 q.sqrt -> q# 10 }T
T{ q# 2 q.sqrt -> 92681 }T
T{ q# 0.25 q.sqrt -> q# 0.5 }T
T{ 0 q.sqrt -> 0 }T
T{ max-int q.sqrt -> 777472127993 }T
T{ q# 1 q.log -> 0 }T
T{ q# 2 q.log -> 45426 }T
T{ q# 10 q.log -> 150902 }T
T{ q# 0.5 q.log -> -45426 }T
T{ 0 q.exp -> q# 1 }T
T{ q# 1 q.exp -> 178145 }T
T{ q# 5 q.exp -> 9726405 }T
T{ q# -20 q.exp -> 0 }T
T{ 0 q.erf -> 0 }T
T{ q# 0.5 q.erf -> 34111 }T
T{ q# -1 q.erf -> -55227 }T
T{ q# 9 q.erf -> q# 1 }T

\ what has no result throws
T{ max-int 1 ' q.+ codes nip nip -> -11 }T
T{ min-int 1 ' q.- codes nip nip -> -11 }T
T{ max-int max-int ' q.* codes nip nip -> -11 }T
T{ max-int 1 ' q./ codes nip nip -> -11 }T
T{ q# 1 0 ' q./ codes nip nip -> -10 }T
T{ min-int ' q.abs codes nip -> -11 }T
T{ -1 ' q.sqrt codes nip -> -24 }T
T{ 0 ' q.log codes nip -> -24 }T
T{ q# 33 ' q.exp codes nip -> -11 }T
T{ 140737488355328 ' >q codes nip -> -11 }T
T{ s" q# 1x" ' evaluate codes nip nip -> -24 }T
T{ s" 140737488355328" ' >q-number codes nip nip -> -11 }T

\ in loops, so that every engine compiles them
: sum ( n -- q )  0 swap 0 ?do i >q q# 0.5 q.* q.+ loop ;
T{ 100 sum -> q# 2475 }T
: newton ( q -- q )  dup 40 0 do 2dup q./ q.+ 2/ loop nip ;
T{ q# 2 newton -> 92682 }T
: roots ( -- n )  0 1000 0 do i >q q.sqrt dup q.* q> i = negate + loop ;
T{ roots -> 1000 }T


s" fixed-point.fs" end-tests
