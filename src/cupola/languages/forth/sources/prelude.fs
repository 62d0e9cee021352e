\ The part of the Forth system that is Forth: compiled at every start, so it stays short.
\
\ What may be touched: any word here, as long as the suite in tests/languages/forth still passes. The file is
\ standard Forth: `gforth prelude.fs suite/numbers.fs -e bye` runs the suite over these definitions too.
\
\ Native words it relies on (everything else is defined here, in order of use):
\   stack       dup drop swap over nip tuck rot -rot 2dup 2drop 2swap depth pick >r r> r@ 2>r 2r> 2r@
\   arithmetic  + - * 1+ 1- 2/ negate abs invert and or xor lshift rshift um* um/mod min max
\   comparison  = <> > u< u> 0= 0< 0<> within
\   memory      @ ! c@ c! 2@ fill here allot , chars cells aligned
\   control     if else then begin while until repeat again ?do loop i exit unloop throw
\   defining    : ; create does> constant variable immediate postpone literal ' compile, [char]
\   source      parse-name word find refill s" \ (
\   output      emit type cr space ."
\   state       base
\
\ Names in parentheses are private to this file.

\ ---- constants --------------------------------------------------------------------------------------------

-1 constant true
0 constant false
32 constant bl
1 cells constant cell

: decimal ( -- )  10 base ! ;
: hex ( -- )  16 base ! ;
: on ( a-addr -- )  true swap ! ;
: off ( a-addr -- )  false swap ! ;

\ ---- double-cell numbers ----------------------------------------------------------------------------------

: s>d ( n -- d )  dup 0< ;
: d>s ( d -- n )  drop ;
: d0= ( d -- flag )  or 0= ;
: d0< ( d -- flag )  nip 0< ;
: d= ( d1 d2 -- flag )  rot = >r = r> and ;
: dnegate ( d1 -- d2 )  invert swap negate tuck 0= - ;            \ -x = ~x + 1; the carry is "low became 0"
: dabs ( d -- ud )  dup 0< if dnegate then ;
: d+ ( d1 d2 -- d3 )  rot + >r  over + tuck u> r> swap - ;         \ carry when the low sum is below an addend
: d- ( d1 d2 -- d3 )  dnegate d+ ;
: m+ ( d1 n -- d2 )  s>d d+ ;
: d< ( d1 d2 -- flag )  rot 2dup = if 2drop u< else > nip nip then ;
: du< ( ud1 ud2 -- flag )  rot 2dup = if 2drop u< else u> nip nip then ;
: dmax ( d1 d2 -- d3 )  2>r 2dup 2r@ d< if 2drop 2r> else 2r> 2drop then ;
: dmin ( d1 d2 -- d3 )  2>r 2dup 2r@ d< if 2r> 2drop else 2drop 2r> then ;
: d2* ( d1 -- d2 )  2dup d+ ;
: d2/ ( d1 -- d2 )  dup 1 and 63 lshift >r  2/ swap 1 rshift r> or swap ;
: 2rot ( d1 d2 d3 -- d2 d3 d1 )  2>r 2swap 2r> 2swap ;
: 2literal ( d -- )  swap postpone literal postpone literal ; immediate
: 2constant ( d "name" -- )  create , , does> 2@ ;
: 2variable ( "name" -- )  create 0 , 0 , ;

\ d * n1 / n2 with a three-cell product, floored as / is: a negative quotient with a remainder goes one down.
: (ut*) ( ud u -- ut )  tuck um* 2>r um* 0 2r> d+ ;
: (ut/mod) ( ut u -- u-rem ud )  dup >r um/mod -rot r> um/mod rot ;
: m*/ ( d1 n1 +n2 -- d2 )
   >r  2dup xor >r  abs >r dabs r> (ut*)  r> r> swap >r (ut/mod)
   r> 0< if rot if 1 m+ then dnegate else rot drop then ;

\ ---- strings ----------------------------------------------------------------------------------------------

: bounds ( addr u -- end start )  over + swap ;
: /string ( c-addr1 u1 n -- c-addr2 u2 )  tuck - >r + r> ;
: blank ( c-addr u -- )  bl fill ;
: -trailing ( c-addr u1 -- c-addr u2 )  begin dup while 2dup + 1- c@ bl = while 1- repeat then ;

: 2nip ( d1 d2 -- d2 )  2swap 2drop ;

: (upper) ( c1 -- c2 )  dup [char] a [char] { within 32 and - ;

\ Equal, upper and lower case taken as the same, as names in the dictionary are?
: (same-name?) ( c-addr1 u1 c-addr2 u2 -- flag )
   rot over <> if drop 2drop false exit then
   0 ?do
      over i + c@ (upper)  over i + c@ (upper)  <> if 2drop unloop false exit then
   loop
   2drop true ;

\ ---- numbers as text ------------------------------------------------------------------------------------

512 constant (hold-size)                                \ four times what a double in base 2 needs; HOLDS uses it
create (hold-area)  (hold-size) chars allot  here constant (hold-end)
variable (hold-pointer)

: (base) ( -- u )  base @ dup 2 37 within 0= if -24 throw then ;

: (ud/mod) ( ud1 u -- u-rem ud2 )
   over if  >r 0 r@ um/mod r> swap >r um/mod r>
   else um/mod 0 then ;                                 \ the usual case: one division does

: <# ( -- )  (hold-end) (hold-pointer) ! ;
: #> ( xd -- c-addr u )  2drop  (hold-pointer) @  (hold-end) over - ;
: hold ( char -- )
   (hold-pointer) @ 1-  dup (hold-area) u< if -17 throw then
   dup (hold-pointer) !  c! ;
: holds ( c-addr u -- )  begin dup while 1- 2dup + c@ hold repeat 2drop ;
: sign ( n -- )  0< if [char] - hold then ;
: # ( ud1 -- ud2 )  (base) (ud/mod) rot  dup 9 > 7 and +  [char] 0 + hold ;
: #s ( ud1 -- 0 0 )  begin # 2dup or 0= until ;
<#

: (d>text) ( d -- c-addr u )  tuck dabs <# #s rot sign #> ;
: (type-right) ( c-addr u n -- )  over - 0 max 0 ?do space loop type ;

: spaces ( n -- )  0 max 0 ?do space loop ;
: d.r ( d n -- )  >r (d>text) r> (type-right) ;
: d. ( d -- )  (d>text) type space ;
: ud. ( ud -- )  <# #s #> type space ;
: .r ( n1 n2 -- )  >r s>d r> d.r ;
: . ( n -- )  s>d d. ;
: u.r ( u n -- )  >r 0 <# #s #> r> (type-right) ;
: u. ( u -- )  0 ud. ;

\ ---- looking around --------------------------------------------------------------------------------------

: ? ( a-addr -- )  @ . ;
: .s ( -- )  ." <" depth 0 .r ." > "  depth 0 ?do depth i - 1- pick . loop ;

: (dump-byte) ( u -- )  base @ >r hex  0 <# # # #> type space  r> base ! ;
: (dump-char) ( c -- )  dup bl [char] ~ 1+ within 0= if drop [char] . then emit ;
: (dump-line) ( addr u -- )                             \ u of 1 to 16 bytes
   cr  base @ >r hex over 0 <# # # # # # # # # #s #> type r> base !  2 spaces
   2dup bounds ?do i c@ (dump-byte) loop
   16 over - 3 * 1+ spaces
   bounds ?do i c@ (dump-char) loop ;
: dump ( addr u -- )
   begin dup while  2dup 16 min (dump-line)  dup 16 min /string  repeat  2drop cr ;

\ ---- conditional compilation -------------------------------------------------------------------------------

\ Skip to the [ELSE] or [THEN] that belongs here, over nested [IF] ... [THEN], over any number of lines.
: [else] ( -- )
   1 begin
      begin parse-name dup while                        ( level c-addr u )
         2dup s" [if]" (same-name?) if 2drop 1+ else
         2dup s" [else]" (same-name?) if 2drop dup 1 = if 1- then else
         s" [then]" (same-name?) if 1- then then then
         dup 0= if drop exit then
      repeat 2drop
      refill 0= if -58 throw then
   again ; immediate
: [if] ( flag -- )  0= if postpone [else] then ; immediate
: [then] ( -- )  ; immediate
: [defined] ( "name" -- flag )  bl word find nip 0<> ; immediate
: [undefined] ( "name" -- flag )  bl word find nip 0= ; immediate
: [compile] ( "name" -- )  ' compile, ; immediate

\ ---- structures --------------------------------------------------------------------------------------------

: begin-structure ( "name" -- a-addr 0 )  create here 0 dup , does> @ ;
: end-structure ( a-addr n -- )  swap ! ;
: +field ( n1 n2 "name" -- n3 )  create over , + does> @ + ;
: field: ( n1 "name" -- n2 )  aligned cell +field ;
: cfield: ( n1 "name" -- n2 )  1 chars +field ;
