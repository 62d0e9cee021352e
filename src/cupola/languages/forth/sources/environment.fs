\ What the system offers: ENVIRONMENT? looks in a word list of answers.
\
\ What may be touched: an answer here, or a new one; it must be true. Numbers that others use, too, are
\ those of numbers.fs and (hold-size) of prelude.fs.
\ Other names in parentheses are private to this file.

wordlist constant (answers)

\ The answer to a query, if it is known; capitals and small letters are the same.
: environment? ( c-addr u -- false | i*x true )  (answers) search-wordlist if execute true else false then ;

: (is) ( x "name" -- )  constant ;
: (offered) ( "name" -- )  true constant ;
get-current  (answers) set-current

255 (is) /counted-string
(hold-size) (is) /hold
(pad-size) (is) /pad
8 (is) address-unit-bits
true (is) floored
255 (is) max-char
true 1 rshift (is) max-n
true (is) max-u
true true 1 rshift 2constant max-d
true true 2constant max-ud
(stack-cells) dup (is) stack-cells  (is) return-stack-cells   \ both share one region
(most-locals) (is) #locals
(most-searched) (is) wordlists
(most-floats) (is) floating-stack
1.7976931348623157e308 fconstant max-float

(offered) core  (offered) core-ext
(offered) block  (offered) block-ext
(offered) double  (offered) double-ext
(offered) exception  (offered) exception-ext
(offered) facility  (offered) facility-ext
(offered) file  (offered) file-ext
(offered) floating  (offered) floating-ext
(offered) locals  (offered) locals-ext
(offered) memory-alloc  (offered) memory-alloc-ext
(offered) search-order  (offered) search-order-ext
(offered) string  (offered) string-ext
(offered) tools  (offered) tools-ext

set-current
align
