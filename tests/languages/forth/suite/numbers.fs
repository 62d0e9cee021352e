\ Numbers in and out: BASE, prefixes, >NUMBER, pictured output.
require ./tester.fs
[undefined] holds [if]                                    \ gforth 0.7.3 has none
: holds ( c-addr u -- )  begin dup while 1- 2dup + c@ hold repeat 2drop ;
[then]

T{ base @ -> 10 }T
T{ hex base @ decimal -> 16 }T
T{ hex ff FF -ff 7fffffffffffffff decimal -> 255 255 -255 max-int }T
T{ 2 base ! 1010 -1 11 decimal -> 10 -1 3 }T
T{ 36 base ! z zz -10 decimal -> 35 1295 -36 }T
T{ 8 base ! 777 decimal -> 511 }T
T{ 0 -0 007 -007 -> 0 0 7 -7 }T
T{ 9223372036854775807 -9223372036854775808 18446744073709551615 -> max-int min-int -1 }T

T{ $ff $-1 -> 255 -1 }T
T{ $fF $7FFFFFFFFFFFFFFF $ffffffffffffffff -> 255 max-int -1 }T
T{ #10 #-10 %101 %-101 -> 10 -10 5 -5 }T
T{ 'a' 'A' '0' -> 97 65 48 }T
T{ hex #10 %10 $10 10 'a' decimal -> 10 2 16 16 97 }T
T{ 2 base ! #99 $ff 10 decimal -> 99 255 2 }T
: prefixed  $10 #10 %10 '*' ;
T{ prefixed -> 16 10 2 42 }T
T{ $10. %11. -> 16. 3. }T
T{ hex ff. decimal -> 255 0 }T
: in-hex  [ hex ] ff 10 [ decimal ] 10 ;
T{ in-hex -> 255 16 10 }T

: try-number ( c-addr u -- ud u-left )  0 0 2swap >number nip ;
T{ s" 0" try-number -> 0 0 0 }T
T{ s" 123" try-number -> 123 0 0 }T
T{ s" 12x" try-number -> 12 0 1 }T
T{ s" -1" try-number -> 0 0 2 }T
T{ s" " try-number -> 0 0 0 }T
T{ s" 1.5" try-number -> 1 0 2 }T
T{ s" 18446744073709551616" try-number -> 0 1 0 }T
T{ 1 0 s" 23" >number nip -> 123 0 0 }T
T{ hex s" fFg" try-number decimal -> 255 0 1 }T
T{ 2 base ! s" 1012" try-number decimal -> 5 0 1 }T
T{ s" 12x" 0 0 2swap >number drop c@ nip nip -> char x }T

: shown  <# #s #> ;
T{ 0. shown s" 0" s= -> true }T
T{ 12345. shown s" 12345" s= -> true }T
T{ max-uint 0 shown s" 18446744073709551615" s= -> true }T
T{ max-uint max-uint shown s" 340282366920938463463374607431768211455" s= -> true }T
T{ hex deadbeef. shown decimal s" DEADBEEF" s= -> true }T
T{ 2 base ! 101. shown decimal s" 101" s= -> true }T
T{ 36 base ! max-uint 0 shown decimal s" 3W5E11264SGSF" s= -> true }T
: binary-length ( ud -- u )  2 base ! shown decimal nip ;
T{ max-uint max-uint binary-length -> 128 }T
: money ( n -- c-addr u )  dup abs 0 <# # # [char] . hold #s rot sign [char] $ hold #> ;
T{ 1234 money s" $12.34" s= -5 money s" $-0.05" s= -> true true }T
: one-digit  <# # #> ;
T{ 17. one-digit s" 7" s= -> true }T
: held  0 0 <# s" right" holds s" left " holds #> ;
T{ held s" left right" s= -> true }T
: held-empty  0 0 <# s" " holds #> ;
T{ held-empty nip -> 0 }T
: signs  0 0 <# -1 sign 0 sign 5 sign min-int sign #> ;
T{ signs s" --" s= -> true }T
: rest-of ( ud -- ud )  <# # # 2dup 2>r #> 2drop 2r> ;
T{ 12345. rest-of -> 123. }T

\ The sign may also stand before what tells the base, as in many systems.
T{ -$F -%101 -#12 -> -15 -5 -12 }T

s" numbers.fs" end-tests
