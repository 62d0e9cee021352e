\ Words that move cells on the data stack and the return stack.
require ./tester.fs

T{ 1 dup -> 1 1 }T
T{ 1 2 drop -> 1 }T
T{ 1 2 swap -> 2 1 }T
T{ 1 2 over -> 1 2 1 }T
T{ 1 2 3 rot -> 2 3 1 }T
T{ 1 2 nip -> 2 }T
T{ 1 2 tuck -> 2 1 2 }T
T{ 0 ?dup -> 0 }T
T{ 5 ?dup -1 ?dup -> 5 5 -1 -1 }T
T{ 1 2 2dup -> 1 2 1 2 }T
T{ 1 2 3 2drop -> 1 }T
T{ 1 2 3 4 2swap -> 3 4 1 2 }T
T{ 1 2 3 4 2over -> 1 2 3 4 1 2 }T
T{ depth depth swap - -> 1 }T
T{ 10 20 30 0 pick -> 10 20 30 30 }T
T{ 10 20 30 1 pick -> 10 20 30 20 }T
T{ 10 20 30 2 pick -> 10 20 30 10 }T
T{ 10 20 30 0 roll -> 10 20 30 }T
T{ 10 20 30 1 roll -> 10 30 20 }T
T{ 10 20 30 2 roll -> 20 30 10 }T
T{ 1 2 3 4 5 6 5 roll -> 2 3 4 5 6 1 }T

\ With a count that the compiler knows, and with one that it does not.
: third  2 pick ;     : fourth-up  3 roll ;
: nth  pick ;         : nth-up  roll ;
T{ 1 2 3 third 1 2 3 4 fourth-up -> 1 2 3 1 2 3 4 1 }T
T{ 1 2 3 1 nth 1 2 3 1 nth-up -> 1 2 3 2 1 3 2 }T

: to-and-fro  >r r> ;
: copy  >r r@ r> ;
: under ( a b c -- a+c b )  swap >r + r> ;
: deep  >r >r >r r> r> r> ;
T{ 5 to-and-fro 5 copy -> 5 5 5 }T
T{ 1 2 3 under -> 4 2 }T
T{ 1 2 3 deep -> 1 2 3 }T
: pairs  2>r 2r> ;
: pairs-copy  2>r 2r@ 2r> ;
: pair-order  2>r r> r> ;
T{ 1 2 pairs -> 1 2 }T
T{ 1 2 pairs-copy -> 1 2 1 2 }T
T{ 1 2 pair-order -> 2 1 }T

\ Many cells at once: more than any register cache holds.
: push-20  0 20 0 do i loop ;
: sum-20  20 0 do + loop ;
T{ push-20 sum-20 -> 190 }T
: shuffle ( a b c d -- ... )  swap 2swap swap rot >r over r> tuck 2over 2drop nip ;
T{ 1 2 3 4 shuffle -> 4 2 1 3 3 }T

\ A word may be called at any depth, and leaves what lies below alone.
: add-three  + + ;
: nested  1 2 3 add-three 4 5 6 add-three ;
T{ 99 nested -> 99 6 15 }T

s" stack.fs" end-tests
