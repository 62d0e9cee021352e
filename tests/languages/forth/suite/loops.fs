\ Counted loops.
require ./tester.fs

: indices  do i loop ;
T{ 4 0 indices -> 0 1 2 3 }T
T{ 2 -1 indices -> -1 0 1 }T
T{ max-int dup 2 - indices -> max-int 2 - max-int 1- }T
T{ min-int 2 + max-int indices -> max-int min-int min-int 1+ }T
: maybe  ?do i loop ;
T{ 4 0 maybe 0 0 maybe 5 5 maybe -> 0 1 2 3 }T
T{ 2 0 maybe min-int min-int maybe -> 0 1 }T
: by-2  do i 2 +loop ;
T{ 5 0 by-2 6 0 by-2 -> 0 2 4 0 2 4 }T
: by--1  do i -1 +loop ;
T{ 1 4 by--1 -1 1 by--1 -> 4 3 2 1 1 0 -1 }T
T{ 4 4 by--1 -> 4 }T
: by--3  do i -3 +loop ;
T{ 0 9 by--3 1 9 by--3 -> 9 6 3 0 9 6 3 }T
variable step
: by-step  do i step @ +loop ;
T{ 3 step ! 10 0 by-step -> 0 3 6 9 }T
T{ -4 step ! 0 10 by-step -> 10 6 2 }T
\ A step of any size ends the loop when it crosses the border between limit-1 and limit.
: steps ( limit start step -- n )  step !  0 rot rot do 1+ step @ +loop ;
T{ 10 0 1 steps 10 0 10 steps 10 0 11 steps 10 0 9 steps -> 10 1 1 2 }T
T{ 0 10 -1 steps 0 10 -10 steps 0 10 -11 steps 1 10 -9 steps -> 11 2 1 2 }T
T{ 1 0 max-int steps -> 1 }T
T{ max-int 0 max-int 2/ steps -> 3 }T
: ?steps ( limit start step -- n )  step !  0 rot rot ?do 1+ step @ +loop ;
T{ 0 0 5 ?steps 7 7 -5 ?steps 7 0 7 ?steps -> 0 0 1 }T

: nested-loops  3 0 do 2 0 do j 10 * i + loop loop ;
T{ nested-loops -> 0 1 10 11 20 21 }T
: three-deep  0 4 0 do 3 0 do 2 0 do i j + + loop loop loop ;
T{ three-deep -> 36 }T
: j-kept  2 0 do i 5 3 do j 100 * i + swap loop drop loop ;
T{ j-kept -> 3 4 103 104 }T
: r-in-loop ( -- n )  0 5 0 do i >r r@ + r> drop loop ;
T{ r-in-loop -> 10 }T
: r-around ( n -- n' )  >r 0 5 0 do i + loop r> + ;
T{ 100 r-around -> 110 }T

: leave-at ( n -- i )  0 swap 10 0 do i over = if nip i swap leave then loop drop ;
T{ 3 leave-at 9 leave-at -> 3 9 }T
: leave-early  10 0 do i leave 99 loop 77 ;
T{ leave-early -> 0 77 }T
: leave-twice ( n -- n )  10 0 do dup 3 = if drop 33 leave then dup 5 = if drop 55 leave then 1+ loop ;
T{ 0 leave-twice 4 leave-twice 100 leave-twice -> 33 55 110 }T
: leave-inner  3 0 do 3 0 do i 1 = if leave then j 10 * i + loop loop ;
T{ leave-inner -> 0 10 20 }T
: leave-outer  3 0 do i 3 0 do i 1 = if leave then loop i 1 = if leave then loop ;
T{ leave-outer -> 0 1 }T
: leave-step  10 0 do i i 6 = if leave then 2 +loop ;
T{ leave-step -> 0 2 4 6 }T
: ?leave-it ( n -- )  ?do i 2 = if leave then i loop ;
T{ 5 0 ?leave-it 0 0 ?leave-it -> 0 1 }T

: unloop-exit ( n -- i )  10 0 do i over = if drop i unloop exit then loop drop -1 ;
T{ 3 unloop-exit 20 unloop-exit -> 3 -1 }T
: unloop-two  3 0 do 3 0 do i j + 3 = if i j unloop unloop exit then loop loop ;
T{ unloop-two -> 2 1 }T

\ A loop in a called word does not disturb the loop of the caller.
: inner-sum ( n -- n' )  0 swap 0 ?do i + loop ;
: outer-sum  0 5 0 do i inner-sum + loop ;
T{ outer-sum -> 10 }T
: long-loop  0 100000 0 do i 1 and + loop ;
T{ long-loop -> 50000 }T
: bound-by-value ( n -- n )  0 swap 0 ?do 1+ loop ;
T{ 1 bound-by-value 1000 bound-by-value 0 bound-by-value -> 1 1000 0 }T
: begin-in-do  0 3 0 do i begin dup while swap 1+ swap 1- repeat drop loop ;
T{ begin-in-do -> 3 }T
: do-in-begin  0 3 begin dup while dup 0 do swap 1+ swap loop 1- repeat drop ;
T{ do-in-begin -> 6 }T
: many-cells-across  1 2 3 4 5 6 3 0 do >r >r 1+ r> r> loop ;
T{ many-cells-across -> 1 2 3 7 5 6 }T

s" loops.fs" end-tests
