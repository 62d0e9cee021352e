\ Locals: {: :} (LOCAL) LOCALS| { } and TO, with loops, >R, EXIT, RECURSE, DOES>, CATCH and :NONAME.
require ./tester.fs

: two {: a b :}  a b ;
T{ 1 2 two -> 1 2 }T
: swapped {: a b :}  b a ;
T{ 1 2 swapped -> 2 1 }T
: none {: :} 5 ;
T{ none -> 5 }T
: only-zero {: | a b :}  a b ;
T{ only-zero -> 0 0 }T
: taken-and-zero {: a | b c :}  a b c ;
T{ 7 taken-and-zero -> 7 0 0 }T
: with-comment {: a b | c -- this that | and :}  a b + to c  c c ;
T{ 3 4 with-comment -> 7 7 }T
: only-comment {: -- a b :}  1 2 ;
T{ only-comment -> 1 2 }T
: over-lines {: a      \ the first
   b   ( the second )  c
   |  d
   -- e
   :}
   a b c d ;
T{ 1 2 3 over-lines -> 1 2 3 0 }T
: set {: a :}  a 1+ to a  a 2* to a  a ;
T{ 5 set -> 12 }T
: capital {: Abc :}  aBC ;
T{ 6 capital -> 6 }T
: twice-declared {: a :} a a + {: b :} a b ;
T{ 4 twice-declared -> 4 8 }T
: shadowing {: dup :}  dup dup + ;
T{ 3 shadowing 4 dup -> 6 4 4 }T
: hides-older {: a a :}  a ;
T{ 1 2 hides-older -> 2 }T

\ 32 locals are what a definition may have.
: many {: a b c d e f g h i1 j1 k l m n o p | q r s t u v w x y z aa bb cc dd ee ff :}
   a b c d e f g h i1 j1 k l m n o p + + + + + + + + + + + + + + +
   9 to ff  8 to q  q r + ff + ;
T{ 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 many -> 136 17 }T

\ ---- the other forms
: bars locals| top under |  under top - ;
T{ 10 3 bars -> 7 }T
: local  parse-name (local) ; immediate
: end-locals  99 0 (local) ; immediate
: message  local top local under end-locals  under top - ;
T{ 10 3 message -> 7 }T
: braces { a b | c -- d }  a b c ;
T{ 1 2 braces -> 1 2 0 }T
: typed { W: a w: b }  b a ;
T{ 1 2 typed -> 2 1 }T

\ ---- with the return stack
: under-r {: a b :}  a >r b >r a b r> r> ;
T{ 1 2 under-r -> 1 2 2 1 }T
: under-2r {: a b :}  a b 2>r a b + 2r@ + 2r> 2drop ;
T{ 1 2 under-2r -> 3 3 }T

: sum {: n | s :}  n 0 ?do i s + to s loop  s ;
T{ 5 sum 0 sum -> 10 0 }T
: nested-sum {: n m | s :}  n 0 do m 0 do i j * s + to s loop loop s ;
T{ 4 5 nested-sum -> 60 }T
: in-loops {: a :}  3 0 do a i + >r 2 0 do a i + j loop r> loop ;
T{ 10 in-loops -> 10 0 11 0 10 10 1 11 1 11 10 2 11 2 12 }T
: leaving {: a b :}  10 0 do i a = if leave then b 1+ to b loop a b ;
T{ 4 0 leaving 40 0 leaving -> 4 4 40 10 }T
: early {: a b :}  10 0 do i a = if unloop b exit then loop -1 ;
T{ 3 77 early 30 77 early -> 77 -1 }T
: earlier {: a :}  3 0 do 4 0 do i j + a = if i j unloop unloop exit then loop loop a ;
T{ 3 earlier 9 earlier -> 3 0 9 }T
: choose {: n :}  n case 1 of 10 exit endof 2 of 20 endof n 5 + swap endcase n ;
T{ 1 choose 2 choose 7 choose -> 10 20 2 12 7 }T
: whiles {: n | k :}  begin n while n 1- to n k n + to k repeat k ;
T{ 4 whiles -> 6 }T
: after-exit {: a :}  a exit a ;
T{ 8 after-exit -> 8 }T

\ ---- with other definitions
: factorial {: n :}  n 2 < if 1 exit then n n 1- recurse * ;
T{ 10 factorial -> 3628800 }T
: ackermann {: m n :}
   m 0= if n 1+ exit then
   n 0= if m 1- 1 recurse exit then
   m 1- m n 1- recurse recurse ;
T{ 2 3 ackermann -> 9 }T
: square {: a :}  a a * ;
: squares {: a b :}  a square b square + a b + square ;
T{ 3 4 squares -> 25 49 }T
: squares-in-loop {: n | s :}  n 0 do i square i >r s + r> + to s loop s ;
T{ 4 squares-in-loop -> 20 }T

: adder {: n :}  create n , does> @ {: a b :} a b + ;
5 adder plus-5
T{ 7 plus-5 -> 12 }T
T{ 7 :noname {: z :} z z * ; execute -> 49 }T

: throws {: a :}  a throw 100 ;
: catches {: x y :}  x ['] throws catch 2drop  y x ;
T{ 4 9 catches -> 9 4 }T
: catches-none {: x :}  0 ['] throws catch x ;
T{ 3 catches-none -> 100 0 3 }T

\ A local is found only in its definition; and in it, only while it is compiled.
: outside  1 ;
: inside {: outside :}  outside [ outside ] literal ;
T{ 5 inside -> 5 1 }T
T{ outside -> 1 }T
: evaluated {: a :}  s" 3 4 +" evaluate a ;
T{ 9 evaluated -> 7 9 }T
5 value v
: to-both {: a :}  a 1+ to v  v 1+ to a  a ;
T{ 1 to-both v -> 3 2 }T

T{ s" #LOCALS" environment? -> 32 true }T
s" locals.fs" end-tests
