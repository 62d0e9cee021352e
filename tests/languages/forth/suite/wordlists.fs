\ SEARCH-ORDER: word lists, the order, where new words go, MARKER and FORGET of what is in lists.
require ./tester.fs

only forth definitions
forth-wordlist constant (forth)
: order@ ( -- wid*n n )  get-order ;
T{ get-current -> (forth) }T
T{ s" dup" (forth) search-wordlist -> ' dup -1 }T
T{ s" IF" (forth) search-wordlist nip -> 1 }T
T{ s" no-such-word" (forth) search-wordlist -> 0 }T
T{ s" " (forth) search-wordlist -> 0 }T

wordlist constant wl1   wordlist constant wl2
T{ wl1 wl2 = -> false }T
T{ s" dup" wl1 search-wordlist -> 0 }T

: in-list ( wid -- old )  get-current swap set-current ;
wl1 in-list  : which  1 ;  : only-in-1  11 ;  set-current
wl2 in-list  : which  2 ;  : ONLY-IN-2  22 ; immediate  set-current
: which  0 ;
T{ which -> 0 }T
T{ s" which" wl1 search-wordlist nip s" which" wl2 search-wordlist nip -> -1 -1 }T
T{ s" Only-In-2" wl2 search-wordlist nip -> 1 }T

\ The first list of the order decides; what is not there is searched in the next.
: order1 ( -- )  (forth) wl1 2 set-order ;
: order12 ( -- )  (forth) wl2 wl1 3 set-order ;
: order21 ( -- )  (forth) wl1 wl2 3 set-order ;
: order0 ( -- )  (forth) 1 set-order ;
T{ order1 which order0 -> 1 }T
T{ order12 which order21 which order0 which -> 1 2 0 }T
T{ order12 only-in-1 only-in-2 order0 -> 11 22 }T
T{ order1 order@ order0 -> (forth) wl1 2 }T
T{ order12 also order@ order0 -> (forth) wl2 wl1 wl1 4 }T
T{ order12 previous order@ order0 -> (forth) wl2 2 }T
T{ order12 wl2 drop forth order@ order0 -> (forth) wl2 (forth) 3 }T

\ FIND and DEFINITIONS follow the order, what is compiled stays.
: find-which ( -- n )  c" WHICH" find 0= if drop -1 else execute then ;
T{ order21 find-which order1 find-which order0 find-which -> 2 1 0 }T
order1  : compiled-1  which ;  order0
T{ compiled-1 which -> 1 0 }T
order21 definitions  : newest  333 ;  order0 definitions
T{ s" newest" wl2 search-wordlist 0<> swap execute s" newest" (forth) search-wordlist -> true 333 0 }T

\ The word that is being defined is not found before its end.
: again-which  which ;
wl1 in-list  order1  : which  which 10 + ;  order0  set-current
T{ order1 which order0 which -> 11 0 }T

\ A marker takes back words of all lists.
marker forget-all
wl1 in-list  : which  777 ;  : late  5 ;  set-current
wordlist constant wl3
T{ order1 which order0 -> 777 }T
forget-all
T{ order1 which order0 -> 11 }T
T{ s" late" wl1 search-wordlist -> 0 }T
order0
T{ [defined] wl3 -> false }T

: early  1 ;  : middle  2 ;  : early  3 ;
T{ early -> 3 }T
[defined] forget [if]                            \ gforth 0.7.3 has none
forget middle
T{ early [defined] middle -> 1 false }T
[then]

vocabulary animals
T{ also animals context @ previous context @ = -> false }T
also animals definitions  : dog  s" woof" ;  previous definitions
T{ [defined] dog also animals dog nip previous -> false 4 }T

only forth definitions
s" wordlists.fs" end-tests
