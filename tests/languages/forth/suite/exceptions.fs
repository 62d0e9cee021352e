\ CATCH, THROW, ABORT, ABORT" and the codes of the system's own errors.
require ./tester.fs

: quiet ;
: throws ( n -- )  throw ;
T{ ' quiet catch -> 0 }T
T{ 5 ' throws catch nip -> 5 }T
T{ -1000 ' throws catch nip -> -1000 }T
T{ 0 ' throws catch -> 0 }T
T{ 0 throw -> }T
T{ 1 2 ' + catch -> 3 0 }T

\ The depth comes back; what lay below the words that were taken is untouched.
: messes ( a b -- )  2drop 1 2 3 4 5 9 throw ;
: caught-messes ( -- d code )  1 2 ['] messes catch  >r depth >r 2drop r> drop r> ;
T{ 77 caught-messes -> 77 9 }T
: catch-depth ( a b -- depth-change )  depth >r ['] messes catch drop depth r> - nip nip ;
T{ 1 2 catch-depth -> 0 }T

\ The return stack and loops come back too.
: deep-throw ( n -- )  dup 0= if 42 throw then 1- recurse 1+ ;
: catch-deep  100 ['] deep-throw catch nip ;
T{ catch-deep -> 42 }T
: throw-in-loop  10 0 do i 5 = if i throw then loop ;
: catch-in-loop  3 0 do i 10 * ['] throw-in-loop catch + loop ;
T{ catch-in-loop -> 5 15 25 }T
: with-r  >r ['] throw-in-loop catch r> ;
T{ 99 with-r -> 5 99 }T

\ Nesting: the innermost CATCH gets it, and may throw again.
: rethrows  ['] throws catch nip dup if 1+ throw then ;
T{ 5 ' rethrows catch nip -> 6 }T
: catch-in-catch  7 ['] throws catch nip  8 ['] throws catch nip ;
T{ catch-in-catch -> 7 8 }T
: nest ( n -- code )  dup if 1- recurse 1+ else drop 4 ['] throws catch nip then ;
T{ 10 nest -> 14 }T

: aborts  abort ;
T{ ' aborts catch -> -1 }T
: aborts-if  abort" no" ;
T{ 1 ' aborts-if catch nip -> -2 }T
T{ 0 ' aborts-if catch -> 0 }T

\ The system's own errors are exceptions like any other.
: bad-fetch  0 @ ;
: bad-store  5 0 ! ;
: divides  1 0 / ;
: under  drop drop drop drop drop drop drop drop drop drop drop drop ;
: unknown  s" no-such-word-anywhere" evaluate ;
: endless  recurse 1 drop ;
: overflows  begin 1 again ;
T{ ' bad-fetch catch -> -9 }T
T{ ' bad-store catch -> -9 }T
T{ ' divides catch -> -10 }T
T{ ' unknown catch -> -13 }T
T{ ' endless catch -> -5 }T
T{ ' overflows catch -> -3 }T
T{ ' bad-fetch catch ' divides catch -> -9 -10 }T

\ Catching across EVALUATE brings the source back.
: eval-bad  s" 1 2 0 / 3 4" evaluate ;
T{ ' eval-bad catch 5 -> -10 5 }T
T{ s" 8 throw" ' evaluate catch nip nip 6 -> 8 6 }T
\ CATCH does not touch STATE: the definition is still open.
T{ s" : half-done 1 2 no-such-word ;" ' evaluate catch [ nip nip -> -13 }T

s" exceptions.fs" end-tests
