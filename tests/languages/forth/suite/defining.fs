\ Words that define words: CREATE DOES> CONSTANT VARIABLE VALUE DEFER MARKER :NONAME BUFFER: FIND >BODY.
require ./tester.fs
[undefined] buffer: [if] : buffer: create allot ; [then]   \ gforth 0.7.3 has none

123 constant one-two-three
T{ one-two-three -> 123 }T
: use-constant  one-two-three 1+ ;
T{ use-constant -> 124 }T
: make-constant  constant ;
T{ 7 make-constant seven seven -> 7 }T
min-int constant smallest
T{ smallest -> min-int }T

variable v1
T{ v1 @ 9 v1 ! v1 @ -> 0 9 }T
T{ v1 aligned v1 = -> true }T
: bump  1 v1 +! v1 @ ;
T{ bump bump -> 10 11 }T

create empty
T{ empty here = -> true }T
create table  1 , 2 , 4 , 8 ,
: table@ ( i -- n )  cells table + @ ;
T{ 0 table@ 3 table@ -> 1 8 }T
T{ ' table >body table = -> true }T
T{ ' v1 >body v1 = -> true }T

: field-of ( offset "name" -- )  create , does> @ + ;
0 field-of .x   8 field-of .y
T{ 100 .x 100 .y -> 100 108 }T
: use-fields ( a -- a1 a2 )  dup .x swap .y ;
T{ 1000 use-fields -> 1000 1008 }T
: array ( n "name" -- )  create cells allot does> swap cells + ;
10 array slots
: fill-slots  10 0 do i i * i slots ! loop ;
T{ fill-slots 0 slots @ 9 slots @ -> 0 81 }T
T{ ' slots >body 0 slots = -> true }T
: counter ( "name" -- )  create 0 , does> dup @ 1+ dup rot ! ;
counter tick-a   counter tick-b
T{ tick-a tick-a tick-b tick-a -> 1 2 1 3 }T
: ticks  tick-a tick-b + ;
T{ ticks -> 6 }T
\ DOES> changes the newest word, whoever made it, as often as it runs.
: plus-one  does> @ 1+ ;
: plus-100  does> @ 100 + ;
create changing  5 ,
plus-one
T{ changing -> 6 }T
: calls-it  changing ;
T{ calls-it -> 6 }T
create changing-too  5 ,
plus-one
T{ changing-too -> 6 }T
: two-lives  does> @ 1+ does> @ 2 + ;
create cat  1 ,
two-lives
T{ cat -> 2 }T
create inner-does  5 ,   plus-one   plus-100
T{ inner-does -> 105 }T

10 value count-down
T{ count-down 5 to count-down count-down -> 10 5 }T
: set-it  to count-down ;   : get-it  count-down ;
T{ 77 set-it get-it count-down -> 77 77 }T
T{ -1 to count-down get-it -> -1 }T

defer act
' + is act
T{ 3 4 act -> 7 }T
: use-act  act ;
T{ 3 4 use-act -> 7 }T
' * is act
T{ 3 4 use-act -> 12 }T
T{ action-of act ' * = -> true }T
T{ ' act defer@ ' * = -> true }T
' - ' act defer!
T{ 3 4 act -> -1 }T
: set-act  is act ;   : which-act  action-of act ;
T{ ' max set-act 3 4 act which-act ' max = -> 4 true }T
defer odd?
: even? ( n -- flag )  dup 0= if drop true else 1- odd? then ;
:noname ( n -- flag )  dup 0= if drop false else 1- even? then ; is odd?
T{ 10 even? 7 even? 7 odd? -> true false true }T

:noname  1+ ; constant xt-1
T{ 5 xt-1 execute -> 6 }T
T{ 1 2 :noname + ; execute -> 3 }T
T{ 5 :noname 1+ ; :noname 2* ; rot swap execute swap execute -> 11 }T

32 buffer: room
T{ room 32 5 fill room c@ room 31 + c@ -> 5 5 }T
T{ here room - 32 < -> false }T
16 buffer: room-2
T{ room-2 room - abs 31 > -> true }T

\ IMMEDIATE, and FIND, which tells it: 1 for an immediate word, -1 for another, 0 for none.
variable hits
: hit  1 hits +! ; immediate
: hitting  hit hit ;
T{ hits @ hitting hits @ -> 2 2 }T
T{ hit hits @ -> 3 }T
create name-of-dup  3 c, char d c, char u c, char p c,
create name-of-hit  3 c, char h c, char i c, char t c,
create name-of-none  4 c, char q c, char z c, char x c, char j c,
T{ 5 name-of-dup find -rot execute -> -1 5 5 }T
T{ name-of-hit find nip -> 1 }T
T{ name-of-none find -> name-of-none 0 }T

\ A name is found in any case, and the newest definition is the one that is found.
: Mixed-Case  1 ;
T{ mixed-case MIXED-CASE Mixed-Case -> 1 1 1 }T

\ A definition is not found while it is being made.
: same-name  1 ;
: same-name  same-name 1+ ;
T{ same-name -> 2 }T

\ MARKER forgets itself and everything later, and gives the space back.
: before-marker  1 ;
here
marker forget-all
: after-marker  2 ;   : before-marker  3 ;   variable lost  100 allot
T{ before-marker after-marker -> 3 2 }T
forget-all
constant here-before
T{ here here-before - abs 64 < -> true }T
T{ before-marker -> 1 }T
create name-of-after  12 c, s" after-marker" here over allot swap move  align
T{ name-of-after find nip -> 0 }T

\ Many definitions, and names of one and of 31 characters.
: a  1 ;   : b  a 1+ ;   : c1  b 1+ ;   : d  c1 1+ ;   : e  d 1+ ;
T{ e -> 5 }T
: abcdefghijklmnopqrstuvwxyz12345  31 ;
: abcdefghijklmnopqrstuvwxyz12346  32 ;
T{ abcdefghijklmnopqrstuvwxyz12345 abcdefghijklmnopqrstuvwxyz12346 -> 31 32 }T
: +*/%$&!?#@;:  9 ;
T{ +*/%$&!?#@;: -> 9 }T

s" defining.fs" end-tests
