\ Texts that are interpreted, and words that are run: half of the time goes into each.
: square ( n -- n )  dup * ;
: step ( n -- n )  3 * 1+ dup 1 and if  square  then  1048575 and ;
: worked ( n -- n )  200000 0 do  step i xor  loop ;
: texts ( n -- n )
   6000 0 do  i s" dup swap drop over + step 7 and + 5 + 1 - 65535 and" evaluate  loop ;
: main ( -- )  1 worked texts . ;
main
