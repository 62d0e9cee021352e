\ The tester of the suite: T{ code -> expected }T runs the code, and compares what it left with what was expected.
\ Every file says `require ./tester.fs` first and `s" name.fs" end-tests` last. A success prints nothing.
\ It uses only plain words of CORE, so that a system in which much is broken can still say so.

variable t:tests                                  \ how many tests there were
variable t:failed                                 \ how many of them failed
variable t:floor                                  \ the depth at T{
variable t:depth                                  \ how many cells the code left, maybe negative
32 constant t:most
create t:actual t:most cells allot                \ what the code left, top first

0 t:tests !  0 t:failed !

: T{ ( -- )  depth t:floor !  1 t:tests +! ;

: t:drop-to-floor ( ... -- )  begin depth t:floor @ > while drop repeat  begin depth t:floor @ < while 0 repeat ;

: t:show-line ( -- )  cr ." FAILED: test " t:tests @ . ." in the line: " source type cr ;

: t:fail ( expected ... -- )
   1 t:failed +!  base @ >r decimal  t:show-line
   ."    expected, top first:"  begin depth t:floor @ > while space . repeat cr
   ."    actual, top first:"
   t:depth @ 0< if ."  the code took " t:depth @ negate . ." cells too many" else
      t:depth @ 0 ?do  space t:actual i cells + @ .  loop
   then cr  r> base !  t:drop-to-floor ;

: -> ( ... -- )
   depth t:floor @ - t:depth !
   t:depth @ t:most > if  t:most t:depth ! then
   t:depth @ 0> if  t:depth @ 0 do  t:actual i cells + !  loop  then
   t:drop-to-floor ;

: t:same? ( expected ... -- expected ... flag )
   depth t:floor @ - t:depth @ <> if 0 exit then
   t:depth @ 0 ?do  i pick  t:actual i cells + @  <> if unloop 0 exit then  loop  -1 ;

: }T ( expected ... -- )  t:same? if t:drop-to-floor else t:fail then ;

: end-tests ( c-addr u -- )
   decimal t:failed @ if
      ." FAILED: " type space t:failed @ . ." of " t:tests @ . ." tests" cr
   else
      ." ok: " type space t:tests @ . ." tests" cr
   then ;

\ Numbers at the border of a cell, and a comparison of texts.
1 63 lshift constant min-int
min-int invert constant max-int
-1 constant max-uint

: s= ( c-addr1 u1 c-addr2 u2 -- flag )
   rot over <> if drop drop drop 0 exit then
   0 ?do  over i + c@  over i + c@  <> if drop drop unloop 0 exit then  loop  drop drop -1 ;
