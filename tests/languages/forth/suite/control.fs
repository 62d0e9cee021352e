\ IF, BEGIN, CASE, RECURSE, EXIT, EXECUTE, [ ] LITERAL POSTPONE and STATE.
require ./tester.fs

: if-1  if 10 then ;
: if-2  if 10 else 20 then ;
T{ 0 if-1 1 if-1 -1 if-1 -> 10 10 }T
T{ 0 if-2 1 if-2 min-int if-2 -> 20 10 10 }T
: if-nested ( a b -- n )  if if 1 else 2 then else if 3 else 4 then then ;
T{ 1 1 if-nested 0 1 if-nested 1 0 if-nested 0 0 if-nested -> 1 2 3 4 }T
\ IF with more than one ELSE is allowed: each one toggles.
: melse  if 1 else 2 else 3 else 4 else 5 then ;
T{ 0 melse -1 melse -> 2 4 1 3 5 }T
: uneven  if 1 2 3 else 4 then ;
T{ 1 uneven 0 uneven -> 1 2 3 4 }T
: empty-if  if then ;   : empty-else  if else then ;
T{ 1 empty-if 0 empty-if 1 empty-else 0 empty-else -> }T

: until-5  begin 1+ dup 5 > until ;
T{ 3 until-5 5 until-5 6 until-5 -> 6 6 7 }T
: while-5  begin dup 5 < while dup 1+ repeat ;
T{ 0 while-5 -> 0 1 2 3 4 5 }T
T{ 4 while-5 5 while-5 6 while-5 -> 4 5 5 6 }T
: two-whiles ( n -- n' flag )
   begin dup 2 > while dup 5 < while dup 1+ repeat 123 else 345 then ;
T{ 1 two-whiles 2 two-whiles 3 two-whiles 4 two-whiles 5 two-whiles -> 1 345 2 345 3 4 5 123 4 5 123 5 123 }T
: again-exit ( n -- n' )  begin 1+ dup 100 > if exit then again ;
T{ 0 again-exit -> 101 }T
: begin-in-begin  0 10 begin dup while  5 begin dup while rot 1+ rot rot 1- repeat drop  1- repeat drop ;
T{ begin-in-begin -> 50 }T

: sum-to ( n -- n' )  dup 0> if dup 1- recurse + then ;
T{ 0 sum-to 1 sum-to 4 sum-to 100 sum-to -> 0 1 10 5050 }T
: fib ( n -- n' )  dup 2 < if exit then dup 1- recurse swap 2 - recurse + ;
T{ 0 fib 1 fib 10 fib 20 fib -> 0 1 55 6765 }T
: ackermann ( m n -- n' )
   over 0= if nip 1+ exit then
   dup 0= if drop 1- 1 recurse exit then
   over swap 1- recurse swap 1- swap recurse ;
T{ 2 3 ackermann 1 5 ackermann -> 9 7 }T
T{ :noname dup 1 > if dup 1- recurse * then ; 5 swap execute -> 120 }T
: deep-down ( n -- n )  dup if 1- recurse 1+ then ;
T{ 500 deep-down -> 500 }T

: early ( n -- n' )  dup 0= if exit then drop 7 ;
T{ 0 early 1 early -> 0 7 }T
: exit-in-middle  1 exit 2 ;
T{ exit-in-middle -> 1 }T

: what ( n -- m )
   case
      1 of 111 endof
      2 of 222 endof
      3 of 333 endof
      >r 999 r>
   endcase ;
T{ 1 what 2 what 3 what 4 what -> 111 222 333 999 }T
: case-empty  case endcase ;
: case-fallen  case 5 of 50 endof endcase ;
: case-nested ( a b -- n )
   case
      1 of case 1 of 11 endof 2 of 12 endof 19 swap endcase endof
      2 of drop 20 endof
      nip 90 swap
   endcase ;
T{ 5 case-empty 5 case-fallen 6 case-fallen -> 50 }T
T{ 1 1 case-nested 2 1 case-nested 3 1 case-nested 3 2 case-nested 3 9 case-nested -> 11 12 19 20 90 }T

: plus  + ;
T{ 1 2 ' plus execute -> 3 }T
T{ 1 2 ' + execute 5 ' dup execute -> 3 5 5 }T
: by-xt  ['] plus execute ;
T{ 3 4 by-xt -> 7 }T
: run  execute ;   : run-twice  dup >r execute r> execute ;
T{ 1 2 ' plus run 1 ' 1+ run-twice 5 ' negate run -> 3 3 -5 }T
T{ ' plus ' plus = ' plus ' + = -> true false }T
: choose  if ['] 1+ else ['] 1- then execute ;
T{ 10 1 choose 10 0 choose -> 11 9 }T

: lit  [ 3 4 * ] literal ;
T{ lit -> 12 }T
: state-then  [ state @ ] literal ;
T{ state @ state-then -> 0 0 }T
: state-flag  state @ 0<> ; immediate
: compiled-state  [ state-flag ] literal ;
T{ state-flag compiled-state -> false false }T
variable seen-state
: look-at-state  state @ 0<> seen-state ! ; immediate
: looked  look-at-state ;
T{ seen-state @ -> true }T
T{ look-at-state seen-state @ -> false }T

: unless  postpone 0= postpone if ; immediate
: endif  postpone then ; immediate
: sign-word ( n -- n' )  unless 100 else 200 endif ;
T{ 0 sign-word 1 sign-word -> 100 200 }T
: inc-by ( n -- )  postpone literal postpone + ; immediate
: plus-5  [ 5 ] inc-by ;
T{ 1 plus-5 -> 6 }T
: compile-dup  postpone dup ; immediate
: square  compile-dup * ;
T{ 7 square -> 49 }T
: cubed ( xt -- )  ' compile, ; immediate
: squares  cubed square cubed square ;
T{ 2 squares -> 16 }T
: old-style  [compile] if ; immediate
: old-used  old-style 1 else 2 then ;
T{ 0 old-used 1 old-used -> 2 1 }T
: compile-plus  ['] + compile, ; immediate
: sum-of  compile-plus ;
T{ 1 2 sum-of -> 3 }T
: char-a  [char] A ;
T{ char-a char A char Abc -> 65 65 65 }T

\ A definition may be redefined; who was compiled earlier keeps the old one.
: old  1 ;   : user  old ;   : old  2 ;
T{ user old -> 1 2 }T
: layered  1 ;   : layered  layered 10 + ;
T{ layered -> 11 }T
: CASE-of-Letters  5 ;
T{ case-OF-letters CaSe-Of-LeTtErS -> 5 5 }T

\ What the system says about itself.
T{ s" no-such-question" environment? -> false }T
T{ s" ADDRESS-UNIT-BITS" environment? -> 8 true }T
T{ s" MAX-N" environment? s" MAX-U" environment? -> max-int true max-uint true }T
T{ s" MAX-D" environment? s" MAX-UD" environment? -> max-uint max-int true max-uint max-uint true }T
T{ s" FLOORED" environment? -> true true }T
T{ s" /COUNTED-STRING" environment? s" MAX-CHAR" environment? -> 255 true 255 true }T

s" control.fs" end-tests
