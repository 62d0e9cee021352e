\ Words that print. What they must print stands in output.expected.
require ./tester.fs

: line ( -- )  cr ;
." text" line
.( at once) line
: says  ." compiled" line ;
says
: quoting  ." two  blanks  " ." ." line ;
quoting
0 . 1 . -1 . max-int . min-int . line
0 u. 1 u. -1 u. line
1 5 .r 12345 5 .r 123456 5 .r -1 5 .r line
1 5 u.r 12345 5 u.r 123456 5 u.r -1 5 u.r line
1 0 .r 2 -5 .r 3 1 .r line
hex ff . -ff . -1 u. ff 5 u.r decimal line
5 10 2 base ! . . decimal line
1. d. -1. d. 12345678901234567890123. d. -5. 6 d.r line
char A emit char B emit 32 emit 67 emit line
space ." |" 3 spaces ." |" 0 spaces ." |" -1 spaces ." |" line
s" typed" type s" " type s" halves" drop 4 type line
: star-line ( n -- )  0 ?do ." *" loop ;
: triangle ( n -- )  1+ 1 ?do i star-line cr loop ;
3 triangle
1 2 3 .s 2drop drop .s line
variable shown  42 shown !  shown ? line
s\" escapes:\ttab \qquoted\q" type line
195 emit 164 emit line

s" output.fs" end-tests
