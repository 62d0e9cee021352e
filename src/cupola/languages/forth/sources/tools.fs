\ Words that let the driver do what only it can: images, looking at words, C functions. `services` has the other side.

\ ---- system images -----------------------------------------------------------------------------------------

\ Save the whole system to a file, from which `cupola run` starts it again.
: save-system ( "name" -- )  0 parse-name s" save-system" driver-call ;
\ The same, and the start runs that word.
: save-turnkey ( xt "name" -- )  parse-name s" save-system" driver-call ;

\ ---- looking at words --------------------------------------------------------------------------------------

\ Print a word as Forth that defines it.
: see ( "name" -- )  ' s" see" driver-call ;
\ Print the machine code of a word, if it was compiled to any.
: see-native ( "name" -- )  ' s" see-native" driver-call ;
\ Print where a word was defined, and the lines there.
: locate ( "name" -- )  ' s" locate" driver-call ;
\ Print the words that use a word.
: where ( "name" -- )  ' s" where" driver-call ;

\ ---- C functions -------------------------------------------------------------------------------------------

2variable (library)                                     \ the name of the newest LIBRARY
: (keep) ( c-addr u -- )  here over allot swap move ;

\ Let the functions declared from here on be of that library.
: library ( "name" -- )
   parse-name 2dup s" open-library" driver-call
   here over 2swap (keep) (library) 2! ;

\ Is the next word of the line AS? If not, it stays there.
: (as?) ( -- flag )
   >in @  parse-name s" as" (same-name?) if drop true else >in ! false then ;

\ The text that declares a C function, `library name types`, with its length in front; from HERE on.
: (declaration) ( c-addr1 u1 c-addr2 u2 -- a-addr )     \ the function's name, its types
   align here >r 0 ,
   (library) 2@ (keep) bl c,  2swap (keep) bl c,  (keep)
   here r@ cell+ - r@ !  r> ;
: (declared) ( a-addr -- c-addr u )  dup cell+ swap @ ;

\ Declare a C function of the newest LIBRARY: a word that calls it. `AS name` may follow, to give it another name.
: function: ( "name" "types" -- )
   >in @ >r  parse-name  [char] ( parse 2drop  [char] ) parse  (declaration)
   dup (declared) s" declare-function" driver-call
   (as?) if r> drop create else >in @  r> >in !  create  >in ! then
   , does> @ (declared) s" call-function" driver-call ;

\ What the newest C function that failed left in errno.
: errno ( -- n )  s" errno" driver-call ;
