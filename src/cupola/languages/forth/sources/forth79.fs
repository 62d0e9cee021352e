\ FORTH-79 in a vocabulary of its own: the required words, the double number extension and the reference word set of the
\ FORTH-79 Standard (FORTH Standards Team, October 1980), with the meanings they have there, on cells of 64 bits.
\
\ What may be touched: any word here. docs/forth-79.md tells what differs and which words are not there; each word has a
\ program with its output in tests/languages/forth/forth79.txt. All words are made of those of Forth-2012: while this file
\ is read only these are found, also in the definition of a word of the same name.

vocabulary forth-79
also forth-79 context @ previous constant (79-list)

\ ---- words that mean what they mean in Forth-2012 ----------------------------------------------------------

create (79-text)  128 allot
variable (79-length)
: (79-add) ( c-addr u -- )  tuck (79-text) (79-length) @ + swap cmove  (79-length) +! ;
: (79-define) ( c-addr u c-addr2 u2 c-addr3 u3 -- )                   \ the text before a name, that before it again, behind
   0 (79-length) !
   2>r 2>r  s" : " (79-add) 2dup (79-add) s"  " (79-add)  2r> (79-add) (79-add) 2r> (79-add)
   (79-text) (79-length) @ evaluate ;

: (same) ( "names" -- )
   begin parse-name dup while s" " s"  ;" (79-define) repeat 2drop ;
: (same-immediate) ( "names" -- )
   begin parse-name dup while s" postpone " s"  ; immediate" (79-define) repeat 2drop ;
: (same-compile-only) ( "names" -- )
   begin parse-name dup while s" postpone " s"  ; immediate compile-only" (79-define) repeat 2drop ;

(79-list) set-current
(79-list) forth-wordlist 2 set-order                                  \ names in parentheses are found in the second

(same) ! * + +! - 0< 0= 0> 1+ 1- < = > ?dup @ abs and c! c@ d+ d< depth dnegate drop dup execute
(same) max min negate or over rot swap u< xor
(same) # #> #s . <# >in ? abort base blk count cr decimal emit here hold key pad quit sign space spaces u.
(same) , allot context create current definitions forget immediate state ]
(same) buffer empty-buffers list load save-buffers scr update
(same-immediate) ( ." [ [compile]
(same-compile-only) ; does> begin else exit if repeat then until while >r r> r@

(same) 2! 2@ 2constant 2drop 2dup 2over 2rot 2swap 2variable d- d. d.r d0= d= dabs dmax dmin du<

\ ---- numbers -----------------------------------------------------------------------------------------------

: not ( flag1 -- flag2 )  0= ;
: 2+ ( n -- n+2 )  2 + ;
: 2- ( n -- n-2 )  2 - ;
: u* ( un1 un2 -- ud )  um* ;
: u/mod ( ud un -- un-rem un-quot )  um/mod ;
: /mod ( n1 n2 -- n-rem n-quot )  >r s>d r> sm/rem ;                  \ quotients are rounded toward zero
: / ( n1 n2 -- n3 )  >r s>d r> sm/rem nip ;
: mod ( n1 n2 -- n3 )  >r s>d r> sm/rem drop ;
: */mod ( n1 n2 n3 -- n-rem n-quot )  >r m* r> sm/rem ;
: */ ( n1 n2 n3 -- n4 )  >r m* r> sm/rem nip ;

\ ---- the stack, counted from 1 -----------------------------------------------------------------------------

: (from-1) ( n -- n-1 )  dup 1 < if -24 throw then 1- ;
: pick ( n1 -- n2 )  (from-1) pick ;
: roll ( n -- )  (from-1) roll ;

\ ---- memory: counts that are not positive do nothing ---------------------------------------------------------

: move ( addr1 addr2 n -- )  dup 0> if cells cmove else 2drop drop then ;     \ cells, the first one first
: cmove ( addr1 addr2 n -- )  dup 0> if cmove else 2drop drop then ;
: fill ( addr n byte -- )  over 0> if fill else 2drop drop then ;
: type ( addr n -- )  dup 0> if type else 2drop then ;
: -trailing ( addr n1 -- addr n2 )  dup 0< if -24 throw then -trailing ;

\ ---- loops: index and limit are on the return stack; LEAVE lets the limit be the index -----------------------

: do ( limit start -- )  postpone 2>r postpone begin ; immediate compile-only
: i ( -- n )  postpone r@ ; immediate compile-only
: j ( -- n )  postpone 2r> postpone r@ postpone -rot postpone 2>r ; immediate compile-only
: leave ( -- )  postpone 2r> postpone nip postpone dup postpone 2>r ; immediate compile-only
: (unloop) ( -- )  postpone 2r> postpone 2drop ;
: (reached?) ( limit index -- flag )  > 0= ;
: (passed?) ( n limit index -- flag )  rot 0< if > else > 0= then ;
: (79-loop) ( -- )  postpone until (unloop) ;
: loop ( -- )  postpone 2r> postpone 1+ postpone 2dup postpone 2>r postpone (reached?) (79-loop) ; immediate compile-only
: (next) ( -- )  postpone dup postpone 2r> postpone rot postpone + postpone 2dup postpone 2>r ;
: +loop ( n -- )  (next) postpone (passed?) (79-loop) ; immediate compile-only

\ ---- words, names and the source ---------------------------------------------------------------------------

: find ( "name" -- addr | 0 )  parse-name find-name ;
: (must-find) ( "name" -- xt )  parse-name 2dup find-name dup 0= if -13 throw then nip nip ;
\ Compiled as a literal in a definition.
: ' ( "name" -- addr )  (must-find) >body  state @ if postpone literal then ; immediate
: literal ( n -- )  state @ if postpone literal then ; immediate
: compile ( "name" -- )  postpone postpone ; immediate compile-only
: : ( "name" -- )  get-current context ! : ;
: constant ( n "name" -- )  create , does> @ ;                        \ its cell can be changed: ' gives the address
: variable ( "name" -- )  variable ;
: vocabulary ( "name" -- )  vocabulary ;
: forth ( -- )  (79-list) context ! ; immediate
: word ( char -- addr )
   dup >r word  dup count +
   >in @ if source drop >in @ + 1- c@ r@ = else 0 then  r> and swap c! ;
: convert ( d1 addr1 -- d2 addr2 )  1+ begin 64 >number 0= while repeat ;
: expect ( addr n -- )  dup 0> if over swap accept + 0 swap c! else 2drop then ;
create (79-input)  82 allot
: query ( -- )  (79-input) dup 80 accept (source!) ;
variable offset
: block ( n -- addr )  offset @ + block ;
: 79-standard ( -- ) ;
: editor ( -- )  (editor-list) context ! ; immediate

\ ---- the reference word set --------------------------------------------------------------------------------

(same) .r 2* 2/ <> bl c, dump flush hex thru u.r
(same-immediate) -->
(same-compile-only) again abort"

: ** ( n1 n2 -- n3 )  1 swap 0 ?do over * loop nip ;
: 1+! ( addr -- )  1 swap +! ;
: 1-! ( addr -- )  -1 swap +! ;
: com ( n1 -- n2 )  invert ;
: nand ( n1 n2 -- n3 )  and invert ;
: nor ( n1 n2 -- n3 )  or invert ;
: !bits ( n1 addr n2 -- )  >r dup @ r@ invert and rot r> and or swap ! ;
: @bits ( addr n1 -- n2 )  swap @ and ;
: >< ( n1 -- n2 )  dup 255 and 8 lshift swap 8 rshift 255 and or ;    \ of the low 16 bits
: shift ( n1 n2 -- n3 )  dup 0< if negate rshift else lshift then ;
: ashift ( n1 n2 -- n3 )  dup 0< if negate 63 min 0 ?do 2/ loop else lshift then ;
: rotate ( n1 n2 -- n3 )  63 and  2dup lshift -rot  64 swap - rshift or ;
: mask ( n1 -- n2 )  dup 0< if negate -1 swap lshift invert else 64 swap - -1 swap lshift then ;

: <cmove ( addr1 addr2 n -- )  dup 0> if cmove> else 2drop drop then ;
: >move< ( addr1 addr2 n -- )
   0 ?do  over i + dup 1+ c@ swap c@  2 pick i + tuck 1+ c! c!  2 +loop 2drop ;
: blanks ( addr n -- )  dup 0> if blank else 2drop then ;
: erase ( addr n -- )  dup 0> if erase else 2drop then ;
: -match ( addr1 n1 addr2 n2 -- addr3 flag )  dup >r search if drop r@ + 0 else + true then r> drop ;
: -text ( addr1 n1 addr2 -- n2 )
   swap 0 ?do
      over i + c@ over i + c@ - ?dup if nip nip unloop exit then
   loop 2drop 0 ;

: k ( -- n )
   postpone 2r> postpone 2r> postpone r@ postpone -rot postpone 2>r postpone -rot postpone 2>r ; immediate compile-only
: (above?) ( n limit index -- flag )  rot drop u< ;
: (below?) ( -n limit index -- flag )                                \ also when it went below zero
   rot negate >r  r@ + swap -  r> swap u< 0= ;
: (back) ( -- )  postpone negate (next) ;
: /loop ( n -- )  (next) postpone (above?) (79-loop) ; immediate compile-only
: \loop ( n -- )  (back) postpone (below?) (79-loop) ; immediate compile-only
: end ( flag -- )  postpone until ; immediate compile-only

: <builds ( "name" -- )  create ;
: ;: ( -- )  postpone does> ; immediate compile-only
: loads ( n "name" -- )  create , does> @ load ;
: set ( n addr "name" -- )  create , , does> 2@ ! ;
: remember ( "name" -- )  marker ;
create (user-area)  64 cells allot
: user ( n "name" -- )
   dup 0 64 within 0= if -24 throw then  cells (user-area) + create , does> @ ;
: -' ( "name" -- addr 0 | flag )  parse-name find-name dup if >body 0 else drop true then ;
: chain ( "name" -- )  parse-name s" forth" (same-name?) 0= if -21 throw then ;   \ all vocabularies end with FORTH

: ascii ( "char" -- char )  parse-name drop c@ state @ if postpone literal then ; immediate
: text ( char -- )  pad 64 blank  word count 64 min pad swap cmove ;
: number ( addr -- d )
   count over c@ [char] - = dup >r if 1 /string then
   dup 0= if -24 throw then  0 0 2swap >number if -24 throw then drop  r> if dnegate then ;
: interpret ( -- )  source >in @ /string  source nip >in !  evaluate ;
: (skip-to) ( xt -- )                                                 \ ( c-addr u -- flag ) says where
   begin
      begin parse-name dup while 2 pick execute if drop exit then repeat 2drop
      refill 0= if -58 throw then
   again ;
: (ifend?) ( c-addr u -- flag )  s" ifend" (same-name?) ;
: (otherwise?) ( c-addr u -- flag )  2dup (ifend?) if 2drop true else s" otherwise" (same-name?) then ;
: iftrue ( flag -- )  0= if ['] (otherwise?) (skip-to) then ; immediate
: otherwise ( -- )  ['] (ifend?) (skip-to) ; immediate
: ifend ( -- ) ; immediate

: h. ( n -- )  base @ >r hex u. r> base ! ;
: o. ( n -- )  base @ >r 8 base ! u. r> base ! ;
: octal ( -- )  8 base ! ;
: bell ( -- )  7 emit ;
: page ( -- )  12 emit ;
: vlist ( -- )  words ;
: ms ( n -- )  1000 * utime drop +  begin dup utime drop - 0< until drop ;
: where ( -- )  ." last word: " latest name>string type  ." , last block listed: " scr @ . cr ;

1024 constant b/buf
: dblock ( d -- addr )  if -35 throw then block ;
: +block ( n1 -- n2 )  blk @ + ;
: ;s ( -- )  source nip >in ! ;
: continued ( n -- )  load source nip >in ! ;
: line ( n -- addr )  dup 0 16 within 0= if -24 throw then  c/l * scr @ block + ;
: index ( n1 n2 -- )
   2dup > if 2drop exit then
   1+ swap do  cr i 4 .r space  i block c/l -trailing type  loop cr ;

\ ---- not in the standard: without these a program could not be read from a file, or looked at ------------------

(same) .s bye include require see words
(same-immediate) \

only forth definitions
