\ ALLOCATE FREE RESIZE: blocks of all sizes that do not overlap, addresses that are refused, memory that comes back.
require ./tester.fs

variable a   variable b
: get ( u -- a-addr )  allocate throw ;
T{ 100 allocate swap a ! -> 0 }T
T{ a @ 7 and -> 0 }T
T{ a @ 100 55 fill  a @ c@ a @ 99 + c@ -> 55 55 }T
T{ a @ free -> 0 }T
T{ a @ free -> -60 }T
T{ 0 free -> -60 }T
T{ -1 free -> -60 }T
T{ min-int free max-int free -> -60 -60 }T
T{ here free pad free -> -60 -60 }T
T{ 0 allocate nip -> 0 }T
T{ -1 allocate nip -> -59 }T
T{ max-int allocate nip -> -59 }T
T{ 1 get dup 8 + free swap 1+ free -> -60 -60 }T
T{ 5000 get dup 4096 + free swap 16 + free -> -60 -60 }T

\ Each size: what is written into a block stays there while others come and go.
200 constant many
create blocks many cells allot
create sizes many cells allot
variable seed
: random ( n -- 0..n-1 )  seed @ 1103515245 * 12345 + 2147483647 and dup seed !  16 rshift swap mod ;
: size ( -- u )  5 random case 0 of 40 endof 1 of 300 endof 2 of 3000 endof 3 of 20000 endof 100000 swap endcase random ;
: block ( n -- a-addr )  cells blocks + ;
: mark ( n -- )  dup block @ over cells sizes + @ rot 255 and fill ;
: marked? ( n -- flag )
   dup block @ over cells sizes + @ bounds ?do dup 255 and i c@ <> if drop false unloop exit then loop drop true ;
: make ( n -- )  size 2dup swap cells sizes + !  get over block !  mark ;
: all ( -- )  many 0 do i make loop ;
: marked ( -- n )  0 many 0 do i marked? if 1+ then loop ;
: resized ( n u -- flag )                                    \ whether what both sizes have is the same
   over cells sizes + @ over min >r
   over block @ over resize throw  2 pick block !
   over cells sizes + !
   true swap dup block @ r> bounds ?do dup 255 and i c@ <> if nip false swap then loop  mark ;
: churn ( n -- wrong )
   0 swap 0 do
      many random dup marked? 0= if swap 1+ swap then
      3 random 0= if size resized 0= if 1+ then
      else dup block @ free throw make then
   loop ;
T{ all marked -> many }T
T{ 3000 churn marked -> 0 many }T
: drop-all ( -- n )  0 many 0 do i block @ free 0= if 1+ then loop ;
T{ drop-all -> many }T
T{ drop-all -> 0 }T
T{ all marked drop-all -> many many }T

\ ---- RESIZE
T{ 10 get dup 42 swap c! 5000 resize swap dup c@ swap free -> 0 42 0 }T
T{ 100000 get dup 42 swap c! 10 resize swap dup c@ swap free -> 0 42 0 }T
T{ 100 get dup free swap 50 resize nip -> 0 -61 }T
T{ 100 get -1 resize swap free -> -61 0 }T
T{ 100 get dup max-int resize swap rot = -> -61 true }T
T{ 0 10 resize nip here 10 resize nip -> -61 -61 }T

\ ---- the limit: what the heap has HERE cannot have, and the other way round
: fill-up ( -- n )  0 begin 1000 allocate 0= while b @ over ! b ! 1+ repeat drop ;
T{ 0 b ! fill-up 1000 > -> true }T
T{ 100000 allocate nip -> -59 }T
T{ unused 70000 < -> true }T
: give-back ( -- n )  0 begin b @ while b @ dup @ b ! free 0= if 1+ then repeat ;
T{ give-back 1000 > -> true }T
T{ 1000000 get 1000000 get free swap free -> 0 0 }T
T{ unused 1+ ' allot catch nip -> -8 }T
s" allocate.fs" end-tests
