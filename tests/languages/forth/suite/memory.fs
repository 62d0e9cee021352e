\ Words on the data space.
require ./tester.fs

variable cell-1
create cells-3  10 , 20 , 30 ,
create bytes-8  1 c, 2 c, 3 c, 4 c, 5 c, 6 c, 7 c, 8 c,
align

T{ cell-1 @ -> 0 }T
T{ 5 cell-1 ! cell-1 @ -> 5 }T
T{ 3 cell-1 +! cell-1 @ -10 cell-1 +! cell-1 @ -> 8 -2 }T
T{ min-int cell-1 ! cell-1 @ -> min-int }T
T{ cells-3 @ cells-3 cell+ @ cells-3 2 cells + @ -> 10 20 30 }T
T{ 1 cells 0 cells 3 cells -1 cells -> 8 0 24 -8 }T
T{ 1 chars 5 chars 10 char+ 10 cell+ -> 1 5 11 18 }T
T{ 1 2 cells-3 2! cells-3 2@ cells-3 @ cells-3 cell+ @ -> 1 2 2 1 }T
T{ bytes-8 c@ bytes-8 7 + c@ -> 1 8 }T
T{ 255 bytes-8 c! bytes-8 c@ bytes-8 1+ c@ -> 255 2 }T
T{ 257 bytes-8 c! bytes-8 c@ -1 bytes-8 c! bytes-8 c@ 1 bytes-8 c! -> 1 255 }T
T{ 0 cell-1 ! -1 cell-1 c! cell-1 @ -> 255 }T
T{ 0 cell-1 ! -1 cell-1 7 + c! cell-1 @ -> 255 56 lshift }T

T{ 0 aligned 1 aligned 7 aligned 8 aligned 9 aligned -> 0 8 8 8 16 }T
T{ align here 1 c, align here swap - -> 8 }T
T{ here 5 , here over - swap @ -> 8 5 }T
T{ here 5 c, here over - swap c@ -> 1 5 }T
align
T{ here 100 allot here swap - here -100 allot here - -> 100 100 }T
T{ unused 16 allot unused - -16 allot -> 16 }T
T{ unused 0> -> true }T
T{ pad 0<> 5 pad c! pad c@ -> true 5 }T

create area 64 allot
: area$  area 64 ;
: bytes-sum ( addr u -- n )  0 rot rot 0 ?do  dup i + c@ rot + swap  loop drop ;
T{ area$ 1 fill area$ bytes-sum -> 64 }T
T{ area 10 0 fill area$ bytes-sum -> 54 }T
T{ area 0 99 fill area$ bytes-sum -> 54 }T
T{ area$ 257 fill area$ bytes-sum -> 64 }T
T{ area$ erase area$ bytes-sum -> 0 }T
: bytes-1-to-8  8 0 do i 1+ area i + c! loop ;
: area-digits ( u -- n )  0 swap 0 ?do 10 * area i + c@ + loop ;
T{ bytes-1-to-8 8 area-digits -> 12345678 }T
T{ bytes-1-to-8 area area 2 + 4 move 8 area-digits -> 12123478 }T
T{ bytes-1-to-8 area 2 + area 4 move 8 area-digits -> 34565678 }T
T{ bytes-1-to-8 area area 4 move 8 area-digits -> 12345678 }T
T{ bytes-1-to-8 area area 4 + 0 move 8 area-digits -> 12345678 }T
\ CMOVE goes upwards and CMOVE> downwards, one byte after another: an overlap then repeats a pattern.
T{ bytes-1-to-8 area area 1+ 7 cmove 8 area-digits -> 11111111 }T
T{ bytes-1-to-8 area area 2 + 6 cmove 8 area-digits -> 12121212 }T
T{ bytes-1-to-8 area 1+ area 7 cmove 8 area-digits -> 23456788 }T
T{ bytes-1-to-8 area area 1+ 7 cmove> 8 area-digits -> 11234567 }T
T{ bytes-1-to-8 area 1+ area 7 cmove> 8 area-digits -> 88888888 }T
T{ bytes-1-to-8 area area 3 + 0 cmove area area 3 + 0 cmove> 8 area-digits -> 12345678 }T

\ The last cell and the last byte that there are can be used, and a length of zero touches nothing.
T{ here unused + 8 - dup @ drop 1- c@ drop -> }T
T{ here unused + 1- c@ drop -> }T
T{ 0 0 5 fill 0 0 erase 0 0 0 move 0 0 0 cmove 0 0 0 cmove> -> }T
T{ 0 0 type -> }T

\ COUNT, and texts with a count.
create counted  3 c, char a c, char b c, char c c,
align
T{ counted count nip -> 3 }T
T{ counted count s" abc" s= -> true }T
T{ bl -> 32 }T

\ Loops over memory, compiled.
create numbers  100 cells allot
: number ( i -- addr )  cells numbers + ;
: fill-numbers  100 0 do i i * i number ! loop ;
: sum-numbers ( -- n )  0 100 0 do i number @ + loop ;
: double-numbers  100 0 do i number @ i number +! loop ;
T{ fill-numbers sum-numbers double-numbers sum-numbers -> 328350 656700 }T

s" memory.fs" end-tests
