\ KEY and ACCEPT on the standard input, which is input.input; the output is input.expected.
require ./tester.fs

create buffer  80 allot
: show ( u -- )  ." [" buffer swap type ." ]" cr ;
T{ buffer 80 accept dup show -> 10 }T
T{ buffer 80 accept dup show -> 0 }T
T{ buffer 4 accept dup show -> 4 }T
T{ buffer 80 accept dup show -> 3 }T
T{ key key key -> 65 66 10 }T
T{ key -> 67 }T

s" input.fs" end-tests
