\ Words of BLOCK and BLOCK EXT over those that `blocks` has. A block is shown, and read, as 16 lines of 64 characters.

64 constant c/l
16 constant l/scr

: (block-char) ( c -- )  dup bl u< if drop [char] . then emit ;

\ Show a block as numbered lines, and remember it in SCR.
: list ( u -- )
   dup block drop  dup scr !
   cr ." Block " dup 0 u.r  updated? if ."  (changed)" then
   l/scr 0 do
      cr i 2 .r space
      scr @ block  i c/l * +  c/l -trailing bounds ?do i c@ (block-char) loop
   loop cr ;

: thru ( i*x u1 u2 -- j*x )
   2dup u> if 2drop exit then
   1+ swap do i load loop ;
