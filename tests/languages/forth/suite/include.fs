\ INCLUDED INCLUDE REQUIRED REQUIRE, with the files of the folder helpers. A name that begins with ./ is relative to the file
\ that loads it.
require ./tester.fs

variable loaded
T{ s" ./helpers/counted.fs" included loaded @ from-counted -> 1 42 }T
T{ s" ./helpers/counted.fs" included loaded @ -> 2 }T
T{ include ./helpers/counted.fs
   loaded @ -> 3 }T
\ REQUIRED loads once, also when INCLUDED already did.
T{ s" ./helpers/counted.fs" required loaded @ -> 3 }T
T{ require ./helpers/counted.fs
   loaded @ -> 3 }T
T{ s" ./helpers/one-definition.fs" required spread-over -> 6 }T
T{ s" ./helpers/one-definition.fs" required s" ./helpers/one-definition.fs" required -> }T

T{ include ./helpers/numbers-only.fs
   -> 1 2 3 4 5 }T
T{ include ./helpers/empty.fs
   -> }T
T{ include ./helpers/outer.fs
   -> 10 20 25 30 }T
T{ 5 include ./helpers/takes-argument.fs
   -> 105 }T

\ What follows on the line goes on after the file.
T{ 1 include ./helpers/takes-argument.fs 2 -> 101 2 }T
: load-it ( -- )  s" ./helpers/numbers-only.fs" included + + + + ;
T{ load-it -> 15 }T

\ Errors: a file that is not there, and one that fails; the source is back in its place after either.
: no-file  s" ./helpers/there-is-no-such-file.fs" included ;
T{ ' no-file catch 0<> 7 -> true 7 }T
: bad-file  s" ./helpers/fails.fs" included ;
T{ ' bad-file catch 7 -> -10 7 }T

s" include.fs" end-tests
