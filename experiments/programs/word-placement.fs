\ bench/options/word-placement.fs with less work. Made by tools/make_experiments.py: change that, not this.
\ Words that call each other in a loop. Between the code of one and the next lies that of a word that runs at the start
\ only, as it comes when words are compiled in the order in which they get hot.
: chunk ( compiling: -- )  60 0 do  s" dup 3 and if 5 xor else 9 + then" evaluate  loop ; immediate
: warm ( xt -- )  200 0 do  i over execute drop  loop drop ;
: hot0 ( n -- n )  dup 7 and if 3 + else 1 xor then ;
: hot1 ( n -- n )  dup 3 and if 1 + else 1 xor then  hot0  1048575 and ;
: hot2 ( n -- n )  dup 5 and if 2 + else 2 xor then  hot1  1048575 and ;
: hot3 ( n -- n )  dup 7 and if 3 + else 3 xor then  hot2  1048575 and ;
: hot4 ( n -- n )  dup 9 and if 4 + else 4 xor then  hot3  1048575 and ;
: hot5 ( n -- n )  dup 11 and if 5 + else 5 xor then  hot4  1048575 and ;
: hot6 ( n -- n )  dup 13 and if 6 + else 6 xor then  hot5  1048575 and ;
: hot7 ( n -- n )  dup 15 and if 7 + else 7 xor then  hot6  1048575 and ;
: hot8 ( n -- n )  dup 17 and if 8 + else 8 xor then  hot7  1048575 and ;
: hot9 ( n -- n )  dup 19 and if 9 + else 9 xor then  hot8  1048575 and ;
: hot10 ( n -- n )  dup 21 and if 10 + else 10 xor then  hot9  1048575 and ;
: hot11 ( n -- n )  dup 23 and if 11 + else 11 xor then  hot10  1048575 and ;
: hot12 ( n -- n )  dup 25 and if 12 + else 12 xor then  hot11  1048575 and ;
: hot13 ( n -- n )  dup 27 and if 13 + else 13 xor then  hot12  1048575 and ;
: hot14 ( n -- n )  dup 29 and if 14 + else 14 xor then  hot13  1048575 and ;
: hot15 ( n -- n )  dup 31 and if 15 + else 15 xor then  hot14  1048575 and ;
: hot16 ( n -- n )  dup 33 and if 16 + else 16 xor then  hot15  1048575 and ;
: hot17 ( n -- n )  dup 35 and if 17 + else 17 xor then  hot16  1048575 and ;
: hot18 ( n -- n )  dup 37 and if 18 + else 18 xor then  hot17  1048575 and ;
: hot19 ( n -- n )  dup 39 and if 19 + else 19 xor then  hot18  1048575 and ;
: hot20 ( n -- n )  dup 41 and if 20 + else 20 xor then  hot19  1048575 and ;
: hot21 ( n -- n )  dup 43 and if 21 + else 21 xor then  hot20  1048575 and ;
: hot22 ( n -- n )  dup 45 and if 22 + else 22 xor then  hot21  1048575 and ;
: hot23 ( n -- n )  dup 47 and if 23 + else 23 xor then  hot22  1048575 and ;
: hot24 ( n -- n )  dup 49 and if 24 + else 24 xor then  hot23  1048575 and ;
: hot25 ( n -- n )  dup 51 and if 25 + else 25 xor then  hot24  1048575 and ;
: hot26 ( n -- n )  dup 53 and if 26 + else 26 xor then  hot25  1048575 and ;
: hot27 ( n -- n )  dup 55 and if 27 + else 27 xor then  hot26  1048575 and ;
: hot28 ( n -- n )  dup 57 and if 28 + else 28 xor then  hot27  1048575 and ;
: hot29 ( n -- n )  dup 59 and if 29 + else 29 xor then  hot28  1048575 and ;
: hot30 ( n -- n )  dup 61 and if 30 + else 30 xor then  hot29  1048575 and ;
: hot31 ( n -- n )  dup 63 and if 31 + else 31 xor then  hot30  1048575 and ;

: cold0 ( n -- n )  chunk ;  ' cold0 warm  ' hot0 warm
: cold1 ( n -- n )  chunk ;  ' cold1 warm  ' hot1 warm
: cold2 ( n -- n )  chunk ;  ' cold2 warm  ' hot2 warm
: cold3 ( n -- n )  chunk ;  ' cold3 warm  ' hot3 warm
: cold4 ( n -- n )  chunk ;  ' cold4 warm  ' hot4 warm
: cold5 ( n -- n )  chunk ;  ' cold5 warm  ' hot5 warm
: cold6 ( n -- n )  chunk ;  ' cold6 warm  ' hot6 warm
: cold7 ( n -- n )  chunk ;  ' cold7 warm  ' hot7 warm
: cold8 ( n -- n )  chunk ;  ' cold8 warm  ' hot8 warm
: cold9 ( n -- n )  chunk ;  ' cold9 warm  ' hot9 warm
: cold10 ( n -- n )  chunk ;  ' cold10 warm  ' hot10 warm
: cold11 ( n -- n )  chunk ;  ' cold11 warm  ' hot11 warm
: cold12 ( n -- n )  chunk ;  ' cold12 warm  ' hot12 warm
: cold13 ( n -- n )  chunk ;  ' cold13 warm  ' hot13 warm
: cold14 ( n -- n )  chunk ;  ' cold14 warm  ' hot14 warm
: cold15 ( n -- n )  chunk ;  ' cold15 warm  ' hot15 warm
: cold16 ( n -- n )  chunk ;  ' cold16 warm  ' hot16 warm
: cold17 ( n -- n )  chunk ;  ' cold17 warm  ' hot17 warm
: cold18 ( n -- n )  chunk ;  ' cold18 warm  ' hot18 warm
: cold19 ( n -- n )  chunk ;  ' cold19 warm  ' hot19 warm
: cold20 ( n -- n )  chunk ;  ' cold20 warm  ' hot20 warm
: cold21 ( n -- n )  chunk ;  ' cold21 warm  ' hot21 warm
: cold22 ( n -- n )  chunk ;  ' cold22 warm  ' hot22 warm
: cold23 ( n -- n )  chunk ;  ' cold23 warm  ' hot23 warm
: cold24 ( n -- n )  chunk ;  ' cold24 warm  ' hot24 warm
: cold25 ( n -- n )  chunk ;  ' cold25 warm  ' hot25 warm
: cold26 ( n -- n )  chunk ;  ' cold26 warm  ' hot26 warm
: cold27 ( n -- n )  chunk ;  ' cold27 warm  ' hot27 warm
: cold28 ( n -- n )  chunk ;  ' cold28 warm  ' hot28 warm
: cold29 ( n -- n )  chunk ;  ' cold29 warm  ' hot29 warm
: cold30 ( n -- n )  chunk ;  ' cold30 warm  ' hot30 warm
: cold31 ( n -- n )  chunk ;  ' cold31 warm  ' hot31 warm
: run ( -- n )  1  300000 0 do  hot31 i +  loop ;
run .
