\ Word lists: what changes the search order step by step, and what goes through the words of a list.
\
\ What may be touched: any word here. Besides words of prelude.fs and those that it relies on it uses the native words of
\ search_order.py. CONTEXT is a cell that the search order follows: storing a list there replaces the first one.
\ Names in parentheses are private to this file.

\ ---- the order -----------------------------------------------------------------------------------------------

: (order) ( -- wid*n n )  get-order dup 0= if -50 throw then ;    \ for words that need a list in the order

\ Search FORTH-WORDLIST alone.
: only ( -- )  -1 set-order ;
\ Search the first list twice: the next vocabulary takes the place of one.
: also ( -- )  (order) over swap 1+ set-order ;
\ Search the first list no more.
: previous ( -- )  (order) nip 1- set-order ;
\ Let new words go to the list that is searched first.
: definitions ( -- )  context @  dup 0= if -50 throw then  set-current ;
\ Let FORTH-WORDLIST take the place of the first list of the order.
: forth ( -- )  forth-wordlist context ! ;
forth-wordlist ' forth (name-list)

\ Make a word list. Running the name lets it take the place of the first list of the order.
: vocabulary ( "name" -- )
   create  wordlist dup ,  latest (name-list)           \ the list is newer than its name, and forgotten with it
   does> ( -- )  @ context ! ;

: (.list) ( wid -- )
   dup (list-name)  ?dup if nip name>string type space else ." wordlist-" . then ;
\ Print the search order, the first list first, and the list that new words go to.
: order ( -- )
   get-order 0 ?do (.list) loop  4 spaces  get-current (.list) ;

\ ---- the words of a list ---------------------------------------------------------------------------------------

\ Print the names in the first list of the order, the newest first.
: words ( -- )
   0 begin  context @ swap (older)  dup while  dup name>string type space  repeat drop ;

\ Run xt, ( i*x nt -- j*x flag ), for each name of the list, the newest first, until it leaves false.
: traverse-wordlist ( i*x xt wid -- j*x )
   swap 2>r  0 >r                                       ( R: wid xt nt )
   begin
      r> 2r@ drop swap (older)  dup while
      r@ over >r execute 0= if r> drop 2r> 2drop exit then
   repeat
   drop 2r> 2drop ;

\ What the name does when it is compiled: xt does it, with x on the stack.
: name>compile ( nt -- x xt )  dup (immediate?) if ['] execute else ['] compile, then ;
