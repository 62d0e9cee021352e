\ STRING EXT, FACILITY and its extensions, and assembly language: what of them is Forth.
\
\ What may be touched: any word here. Besides words of prelude.fs and word_lists.fs, and those that these rely on, it uses
\ the native words of texts.py, terminal.py, aliases.py, and locals. Names in parentheses are private to this file, but for
\ that of numbers.fs, which also has the keys.

\ ---- substitutions -------------------------------------------------------------------------------------------

wordlist constant (substitutions)                       \ a word for each name: its data is a length, and the text
variable (sub-at)   variable (sub-left)                 \ where the result goes on, and how much room is left there

: (sub-put) ( c-addr u -- )
   dup (sub-left) @ > if -78 throw then
   tuck (sub-at) @ swap move  dup (sub-at) +!  negate (sub-left) +! ;
: (sub-text) ( c-addr u -- c-addr2 u2 true | false )
   (substitutions) search-wordlist if execute dup cell+ swap @ true else false then ;

\ Put the text into the place of %name% in what SUBSTITUTE gets from here on.
: replaces ( c-addr1 u1 c-addr2 u2 -- )                 \ text, name
   2dup s" %" search nip nip if -79 throw then
   get-current >r  (substitutions) set-current  ['] (create-named) catch  r> set-current  throw
   dup ,  here over allot  swap move  align ;

: (substitute) ( c-addr u -- n )
   {: a u | n p left q rest :}
   begin a u s" %" search while
      to left to p  a p a - (sub-put)
      p left 1 /string s" %" search 0= if 2drop p left (sub-put) n exit then
      to rest to q
      p 1+ q over - dup 0= if 2drop s" %" (sub-put) else
         (sub-text) if (sub-put) n 1+ to n else p q 1+ over - (sub-put) then
      then
      q 1+ to a  rest 1- to u
   repeat (sub-put) n ;

\ Copy a text to a buffer, with texts that REPLACES gave in the place of %name%, and % for %%; n counts the places. It is
\ -78 if there is too little room.
: substitute ( c-addr1 u1 c-addr2 u2 -- c-addr2 u3 n )
   {: from u into room | copy :}
   room (sub-left) !  into (sub-at) !
   from into room + u<  into from u + u<  and if        \ they overlap
      u allocate throw to copy  from copy u move  copy to from
   then
   from u ['] (substitute) catch dup if nip nip else drop then
   copy if copy free throw then
   into (sub-at) @ over - rot ;

\ Copy a text to a place with room for twice its length, with %% in the place of %: SUBSTITUTE makes the text of it again.
: unescape ( c-addr1 u1 c-addr2 -- c-addr2 u2 )
   dup 2swap bounds ?do
      i c@ 2dup swap c!  [char] % = if char+ [char] % over c! then  char+
   loop over - ;

\ ---- terminal ------------------------------------------------------------------------------------------------

: (ansi) ( u -- )  base @ >r  0 decimal <# #s #> type  r> base ! ;
\ Clear the terminal.
: page ( -- )  27 emit ." [2J" 27 emit ." [H" ;
\ Let the terminal go on at that column and line; both count from 0.
: at-xy ( u1 u2 -- )  27 emit ." [" 1+ (ansi) ." ;" 1+ (ansi) ." H" ;
\ Whether a character can be printed now: always.
: emit? ( -- flag )  true ;
\ Whether EKEY would not have to wait.
: ekey? ( -- flag )  key? ;
\ The character of a key, if it has one.
: ekey>char ( x -- x false | char true )  dup 0 256 within ;
\ What a key without a character is, one of K-LEFT and so on, perhaps with K-SHIFT-MASK and so on.
: ekey>fkey ( x -- u flag )  dup (first-key) dup 2* within ;

variable (arguments)
\ The cell that says how many arguments NEXT-ARG has not taken, with the name of the program.
: argc ( -- a-addr )  (argc) (arguments) !  (arguments) ;

: 2rdrop ( -- )  postpone rdrop postpone rdrop ; immediate compile-only

\ ---- assembly language -----------------------------------------------------------------------------------------

\ Search the word list of assembly language first.
vocabulary assembler
get-current  also assembler definitions
: next, postpone exit ; immediate compile-only  \ private to the list
previous set-current

\ Begin a definition in the VM's own instructions: most words are one, control structures are branches.
: code ( "name" -- )  :  also assembler ;
\ End a definition that CODE or ;CODE began.
: end-code ( -- )  postpone ;  previous ; immediate compile-only
\ End the code that makes a word; the instructions up to END-CODE are what such words run, on their data address.
: ;code ( -- )  postpone does>  also assembler ; immediate compile-only

\ ---- fixed point ---------------------------------------------------------------------------------------------

: q# ( "number" -- q )  parse-name >q-number 0= if -24 throw then  state @ if postpone literal then ; immediate

align
