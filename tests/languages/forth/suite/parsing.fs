\ Words that read the source: WORD PARSE PARSE-NAME SOURCE >IN EVALUATE REFILL SAVE-INPUT ( \ and the strings.
require ./tester.fs

T{ char A char ab -> 65 97 }T
T{ bl word hello count s" hello" s= -> true }T
T{ bl word    spaced   count s" spaced" s= -> true }T
T{ char , word a b, count s" a b" s= -> true }T
T{ char , word ,,,skips, count s" skips" s= -> true }T
: word-length ( char "text" -- u )  word c@ ;
T{ bl word-length four -> 4 }T
T{ char ) parse one two) s" one two" s= -> true }T
T{ char ) parse ) nip -> 0 }T
T{ char " parse  lead" s"  lead" s= -> true }T
T{ parse-name abc s" abc" s= -> true }T
T{ parse-name    def   s" def" s= -> true }T
T{ parse-name a nip parse-name bb nip -> 1 2 }T
T{ parse-name
   nip -> 0 }T

T{ ( a comment ) 1 ( another) 2 ( ) 3 -> 1 2 3 }T
T{ ( over
     three ) 1
     ( lines ) -> 1 }T
T{ 1 \ 2 3
   -> 1 }T
: comments-inside ( n -- )  1 ( two ) 3 \ four
   5 ;
T{ comments-inside -> 1 3 5 }T

T{ source nip 0> -> true }T
T{ >in @ 0> -> true }T
\ Moving >IN skips text, or reads it again.
: skip-rest  source >in ! drop ;
T{ 1 skip-rest 2 3
   -> 1 }T
variable rounds
: again-line  1 rounds +!  rounds @ 3 < if 0 >in ! then ;
0 rounds !
again-line
T{ rounds @ -> 3 }T
: drop-4  4 >in +! ;
T{ drop-4 999 6 -> 6 }T

\ EVALUATE
T{ s" 1 2 +" evaluate -> 3 }T
T{ s" " evaluate -> }T
T{ s"  " evaluate -> }T
T{ s" : from-text 41 1+ ;" evaluate from-text -> 42 }T
: eval-compiled  s" 5 6" evaluate ;
T{ eval-compiled -> 5 6 }T
: eval-now  s" dup *" evaluate ; immediate
: squared  eval-now ;
T{ 6 squared -> 36 }T
T{ s" source nip" evaluate -> 10 }T
T{ s" source-id" evaluate -> -1 }T
T{ source-id 0> -> true }T
T{ s" parse-name inner nip" evaluate parse-name x nip -> 5 1 }T
: level ( n -- )  dup if 1- s" level" evaluate then ;
T{ 5 level -> 0 }T
T{ s" 1 \ 2" evaluate 3 -> 1 3 }T

\ REFILL reads the next line of a file, and fails inside EVALUATE.
: next-line-length  refill drop source nip  source >in ! drop ;
T{ next-line-length
12345
   -> 5 }T
T{ s" refill" evaluate -> false }T
: read-block ( -- n )  0 begin refill drop bl word count s" end" s= 0= while 1+ repeat ;
T{ read-block
one
two
three
end
   -> 3 }T

\ SAVE-INPUT and RESTORE-INPUT: the rest of the line is read three times. What follows RESTORE-INPUT in it is read only the last time,
\ so that two zeros (success) stay on the stack.
variable saved-count
create saved  16 cells allot
: keep-input ( -- )  save-input dup saved-count !  0 ?do saved i cells + ! loop ;
: kept-input ( -- x*i n )  saved-count @ begin dup while 1- dup cells saved + @ swap repeat drop saved-count @ ;
variable passes
0 passes !
T{ keep-input 1 passes +! passes @ 3 < [if] kept-input restore-input drop [then] passes @ -> 0 0 3 }T
: saves-something ( -- flag )  save-input dup >r begin dup while nip 1- repeat drop r> 0> ;
T{ saves-something -> true }T

\ Strings
T{ s" abc" nip -> 3 }T
T{ s" abc" drop dup c@ swap 2 + c@ -> 97 99 }T
T{ s" " nip -> 0 }T
T{ s"  two  blanks " nip -> 13 }T
: text-1  s" first" ;   : text-2  s" second" ;
T{ text-1 text-2 s" second" s= -rot s" first" s= -> true true }T
: counted-1  c" counted" ;
T{ counted-1 count s" counted" s= -> true }T
: counted-0  c" " ;
T{ counted-0 c@ -> 0 }T

\ S\" knows the escapes of the standard.
: escaped  s\" \a\b\e\f\l\q\r\t\v\z\"\\" ;
T{ escaped nip -> 12 }T
: nth-escaped ( i -- c )  escaped drop + c@ ;
T{ 0 nth-escaped 1 nth-escaped 2 nth-escaped 3 nth-escaped 4 nth-escaped -> 7 8 27 12 10 }T
T{ 5 nth-escaped 6 nth-escaped 7 nth-escaped 8 nth-escaped 9 nth-escaped -> 34 13 9 11 0 }T
T{ 10 nth-escaped 11 nth-escaped -> 34 92 }T
: two-for-m  s\" a\mb" ;
T{ two-for-m nip -> 4 }T
T{ two-for-m drop 1+ dup c@ swap 1+ c@ -> 13 10 }T
: hexes  s\" \x41\x7e\xFf" ;
T{ hexes nip -> 3 }T
T{ hexes drop dup c@ over 1+ c@ rot 2 + c@ -> 65 126 255 }T
T{ s\" plain" s" plain" s= -> true }T

\ The text interpreter takes a line of any length, and blanks of every kind between words.
T{ 1	2	3 -> 1 2 3 }T
T{    1                                                                                                  2    -> 1 2 }T

s" parsing.fs" end-tests
