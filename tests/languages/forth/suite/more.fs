\ STRING and its extensions, 2VALUE, N>R, CS-PICK, CS-ROLL, SYNONYM, CODE, keys and time, ENVIRONMENT?
require ./tester.fs

\ ---- COMPARE and SEARCH
T{ s" abc" s" abc" compare s" abc" s" abd" compare s" abd" s" abc" compare -> 0 -1 1 }T
T{ s" abc" s" ab" compare s" ab" s" abc" compare s" " s" " compare s" a" s" " compare -> 1 -1 0 1 }T
create high  255 c, 1 c,
T{ high 1 high 1+ 1 compare high 1+ 1 high 1 compare -> 1 -1 }T
: found ( c-addr1 u1 c-addr2 u2 -- place u flag )  2over drop >r search rot r> - -rot ;
T{ s" hello world" s" wor" found -> 6 5 true }T
T{ s" hello world" s" worm" found -> 0 11 false }T
T{ s" hello" s" " found -> 0 5 true }T
T{ s" " s" a" found -> 0 0 false }T
T{ s" ab" s" abc" found -> 0 2 false }T
T{ s" aaab" s" aab" found -> 1 3 true }T
T{ s" abcabcabd" s" abcabd" found -> 3 6 true }T

\ Long patterns of two letters in long texts of two letters: SEARCH and one that looks at each place.
3000 constant most
create text most allot
create pattern most allot
variable seed  1 seed !
: random ( n -- 0..n-1 )  seed @ 1103515245 * 12345 + 2147483647 and dup seed !  16 rshift swap mod ;
: fill-with ( c-addr u n -- )  >r bounds ?do r@ random 0= if [char] b else [char] a then i c! loop r> drop ;
: slow-search ( c-addr1 u1 c-addr2 u2 -- place )
   {: a u b v :}
   u v < if -1 exit then
   u v - 1+ 0 do a i + v b v compare 0= if i unloop exit then loop -1 ;
: place ( c-addr1 u1 c-addr2 u2 -- place )  2over drop >r search if drop r> - else 2drop r> drop -1 then ;
: differ ( u v -- flag )
   {: u v :}
   text u pattern v slow-search  text u pattern v place  <> ;
: copied ( v -- )  most over - random text + pattern rot move ;     \ the pattern is somewhere in the text
: try-one ( -- wrong )
   text most 2 10 random + fill-with
   40 random 30 + {: v :}
   3 random 0= if pattern v 2 fill-with else v copied then
   2 random if pattern v dup 3 / /string drop pattern swap v 3 / move then
   most random v differ  most v differ + ;
: tries ( n -- wrong )  0 swap 0 do try-one + loop ;
T{ 200 tries -> 0 }T

\ ---- SLITERAL, REPLACES, SUBSTITUTE, UNESCAPE
: compiled [ s" a text" ] sliteral ;
T{ compiled s" a text" compare -> 0 }T
: empty [ here 0 ] sliteral ;
T{ empty nip -> 0 }T
create buffer 100 allot
: gives ( c-addr1 u1 u c-addr2 u2 -- flag n )  2>r >r buffer r> substitute -rot 2r> compare 0= swap ;
s" 12" s" price" replaces   s" " s" nothing" replaces   s" two words" s" a name" replaces
T{ s" it: %price%" 100 s" it: 12" gives -> true 1 }T
T{ s" %PRICE%%nothing%." 100 s" 12." gives -> true 2 }T
T{ s" [%a name%]" 100 s" [two words]" gives -> true 1 }T
T{ s" 5 %%" 100 s" 5 %" gives -> true 0 }T
T{ s" %unknown% %price%" 100 s" %unknown% 12" gives -> true 1 }T
T{ s" 100% of it" 100 s" 100% of it" gives -> true 0 }T
T{ s" %price" 100 s" %price" gives -> true 0 }T
T{ s" " 100 s" " gives -> true 0 }T
T{ s" %price%" 2 s" 12" gives -> true 1 }T
T{ s" %price%" buffer 1 substitute nip nip -> -78 }T
s" %price%" s" nested" replaces
T{ s" %nested%" 100 s" %price%" gives -> true 1 }T
s" 13" s" price" replaces
T{ s" %price%" 100 s" 13" gives -> true 1 }T
T{ s" x" s" a%b" ' replaces catch nip nip nip nip -> -79 }T
T{ s" 50% %%" buffer unescape s" 50%% %%%%" compare -> 0 }T
T{ s" 50% %price%" buffer unescape pad 100 substitute -rot s" 50% %price%" compare -> 0 0 }T
T{ s" a%price%" buffer 2 + swap move  buffer 2 + 8 buffer 100 substitute -rot s" a13" compare -> 1 0 }T

\ ---- 2VALUE
1. 2value both
T{ both 2. to both both -> 1. 2. }T
: set-both  to both both ;
T{ -3. set-both both -> -3. -3. }T
T{ ' both execute -> -3. }T

\ ---- N>R and NR>
: aside  n>r 100 nr> ;
T{ 1 2 3 2 aside -> 1 100 2 3 2 }T
T{ 0 aside -> 100 0 }T
: aside-twice  n>r n>r nr> nr> ;
T{ 1 2 3 3 4 5 2 aside-twice -> 1 2 3 3 4 5 2 }T
: aside-in-loop  n>r 3 0 do i loop nr> ;
T{ 7 8 2 aside-in-loop -> 0 1 2 7 8 2 }T
: throwing-aside  1 2 2 n>r 5 throw nr> ;
: caught  ['] throwing-aside catch ;
: often  10000 0 do caught drop loop ;
T{ caught often -> 5 }T
: aside-over  7 8 2 n>r caught nr> ;
T{ aside-over -> 5 7 8 2 }T

\ ---- CS-PICK and CS-ROLL
: in-the-middle ( n -- )  ahead begin dup swap 1- [ 1 cs-roll ] then dup 0= until ;
T{ 3 in-the-middle -> 3 2 1 0 }T
: with-branches ( n -- n )  ahead begin dup 1 and if 3 * 1+ else 2/ then swap 1+ swap [ 1 cs-roll ] then dup 1 = until drop ;
T{ 0 6 with-branches -> 8 }T
: with-return ( n -- n )  ahead begin >r 1+ r> 1- [ 1 cs-roll ] then dup 0= until drop ;
T{ 10 4 with-return -> 14 }T
: two-ends ( n -- n )  begin 1+ [ 0 cs-pick ] dup 5 < 0= until dup 8 < 0= until ;
T{ 0 two-ends -> 8 }T

\ ---- SYNONYM
synonym plus +
T{ 3 4 plus -> 7 }T
: use-plus plus ;
T{ 3 4 use-plus -> 7 }T
5 value v
synonym w v
T{ w 6 to w v w -> 5 6 6 }T
synonym my-if if
synonym my-then then
: chosen my-if 1 else 2 my-then ;
T{ 0 chosen 1 chosen -> 2 1 }T
: colon-word dup * ;
synonym other colon-word
T{ 4 other -> 16 }T
synonym to-aside >r
: with-synonym to-aside 1 r> ;
T{ 2 with-synonym -> 1 2 }T

\ ---- CODE
code square  dup * next, end-code
T{ 5 square -> 25 }T
: constant-of create , ;code @ end-code
7 constant-of seven
T{ seven -> 7 }T

\ ---- keys, time
T{ char a ekey>char k-left ekey>char nip -> char a true false }T
T{ char a ekey>fkey nip k-f12 ekey>fkey swap k-f12 = -> false true true }T
T{ k-up k-shift-mask or ekey>fkey nip -> true }T
T{ k-shift-mask k-alt-mask or k-ctrl-mask or k-f1 and -> 0 }T
T{ emit? 0<> -> true }T
: date? ( -- flag )
   time&date 2020 3000 within >r 1 13 within >r 1 32 within >r 0 24 within >r 0 60 within swap 0 62 within and
   r> r> r> r> and and and and ;
T{ date? -> true }T
: waits? ( -- flag )  utime 20 ms utime 2swap d- 19000. d< 0= ;
T{ waits? -> true }T

\ ---- ENVIRONMENT?
T{ s" /COUNTED-STRING" environment? s" max-n" environment? -> 255 true max-int true }T
T{ s" CORE" environment? s" STRING-EXT" environment? -> true true true true }T
T{ s" no such query" environment? -> false }T
T{ s" MAX-UD" environment? -> max-uint max-uint true }T
T{ s" #LOCALS" environment? s" FLOORED" environment? -> 32 true true true }T
s" more.fs" end-tests
