\ Words of FLOATING and FLOATING EXT that other words make: addresses of floats, structures, looking around.
\
\ `instructions/floats`, `float_words` and `float_output` have the others.

8 constant float

: float+ ( f-addr1 -- f-addr2 )  cell+ ;
: floats ( n1 -- n2 )  cells ;
: faligned ( addr -- f-addr )  aligned ;
: falign ( -- )  align ;
: ffield: ( n1 "name" -- n2 )  faligned float +field ;
: f, ( -- ) ( F: r -- )  here float allot f! ;

: dfloat+ ( df-addr1 -- df-addr2 )  cell+ ;
: dfloats ( n1 -- n2 )  cells ;
: dfaligned ( addr -- df-addr )  aligned ;
: dfalign ( -- )  align ;
: df@ ( df-addr -- ) ( F: -- r )  f@ ;
: df! ( df-addr -- ) ( F: r -- )  f! ;
: dffield: ( n1 "name" -- n2 )  ffield: ;

: sfloat+ ( sf-addr1 -- sf-addr2 )  4 + ;
: sfloats ( n1 -- n2 )  2 lshift ;
: sfaligned ( addr -- sf-addr )  3 + -4 and ;
: sfalign ( -- )  here sfaligned here - allot ;
: sffield: ( n1 "name" -- n2 )  sfaligned 4 +field ;

: pi ( -- ) ( F: -- r )  3.14159265358979323846e ;

: f.s ( -- )  ." <" fdepth 0 .r ." > "  fdepth 0 ?do fdepth i - 1- fpick f. loop ;

align
