\ Words on texts: /STRING -TRAILING COMPARE SEARCH BLANK BOUNDS COUNT.
require ./tester.fs
[undefined] bounds [if] : bounds over + swap ; [then]

T{ s" abcdef" 2 /string s" cdef" s= s" abc" 3 /string nip s" abc" 0 /string nip -> true 0 3 }T
T{ s" abc" 1 /string -1 /string s" abc" s= -> true }T
T{ s" ab  " -trailing nip s" ab" -trailing nip s"    " -trailing nip s" " -trailing nip -> 2 2 0 0 }T
T{ s"  a b " -trailing s"  a b" s= -> true }T

T{ s" abc" s" abc" compare s" " s" " compare -> 0 0 }T
T{ s" abc" s" abd" compare s" abd" s" abc" compare -> -1 1 }T
T{ s" abc" s" ab" compare s" ab" s" abc" compare -> 1 -1 }T
T{ s" " s" a" compare s" a" s" " compare -> -1 1 }T
T{ s" b" s" abc" compare s" B" s" abc" compare s" a" s" A" compare -> 1 -1 1 }T
create high-byte  200 c,
T{ high-byte 1 s" a" compare s" a" high-byte 1 compare -> 1 -1 }T

T{ s" hello world" s" wor" search rot rot s" world" s= -> true true }T
T{ s" hello" s" xyz" search rot rot s" hello" s= -> false true }T
T{ s" hello" s" " search rot rot s" hello" s= -> true true }T
T{ s" hello" s" hello" search nip nip s" hell" s" hello" search nip nip -> true false }T
T{ s" aaab" s" aab" search rot rot s" aab" s= -> true true }T
T{ s" " s" a" search nip nip s" " s" " search nip nip -> false true }T
T{ s" ababac" s" abac" search nip nip -> true }T

create letters  16 allot
T{ letters 16 blank letters 16 -trailing nip letters c@ -> 0 bl }T
T{ s" xyz" letters swap move letters 3 s" xyz" s= -> true }T
: letter-sum ( c-addr u -- n )  0 rot rot bounds ?do i c@ + loop ;
T{ s" AB" letter-sum s" " letter-sum -> 131 0 }T
T{ 5 3 bounds -> 8 5 }T
: hash ( c-addr u -- n )  5381 rot rot 0 ?do dup i + c@ rot 33 * + swap loop drop ;
T{ s" " hash s" a" hash s" ab" hash -> 5381 177670 5863208 }T
: swap-bytes ( addr1 addr2 -- )  over c@ over c@ swap rot c! swap c! ;
: reverse-text ( c-addr u -- )  over + 1-  begin 2dup u< while 2dup swap-bytes 1- swap 1+ swap repeat 2drop ;
T{ s" stressed" letters swap move letters 8 reverse-text letters 8 s" desserts" s= -> true }T
T{ s" abc" letters swap move letters 3 reverse-text letters 3 s" cba" s= -> true }T

s" strings.fs" end-tests
