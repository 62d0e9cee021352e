\ The physics of words: the vocabulary STARFORTH. With the physics on it is searched behind FORTH.
\
\ What may be touched: any word here. All are served by physics/services.py, which takes two cells and a number and answers
\ with one; with the physics off all heat is 0, and nothing that is set stays. Names in parentheses are private to this file.

: (physics) ( x1 x2 n -- x )  (physics-ask) (physics-answer) ;
: (show) ( n -- )  >r 0 0 r> (physics) drop ;

wordlist constant (starforth)
\ Let the words of the physics take the place of the first list of the search order.
: starforth ( -- )  (starforth) context ! ;
(starforth) ' starforth (name-list)
also starforth definitions

\ ---- heat ----------------------------------------------------------------------------------------------------

\ How hot the word is: executions, less what has decayed.
: heat@ ( xt -- n )  0 0 (physics) ;
\ Let the word be as hot as that.
: heat! ( n xt -- )  1 (physics) drop ;
\ Let the word's heat decay no more.
: freeze-word ( xt -- )  1 2 (physics) drop ;
\ Let the word's heat decay again.
: unfreeze-word ( xt -- )  0 2 (physics) drop ;
\ Whether the word's heat does not decay.
: frozen? ( xt -- flag )  0 3 (physics) ;
\ Freeze the words that nearly every program needs.
: freeze-critical ( -- )  4 (show) ;
\ How much heat a word loses in a microsecond, with 16 bits after the point.
: decay-rate@ ( -- n )  0 0 5 (physics) ;
\ Print what is known of a word's heat.
: show-heat ( xt -- )  0 6 (physics) drop ;
\ Print the heat of all words that have any, the hottest first.
: all-heats ( -- )  7 (show) ;
\ Print the n hottest words.
: top-words ( n -- )  0 8 (physics) drop ;

\ The older name of HEAT@.
: entropy@ ( xt -- n )  heat@ ;
\ The older name of HEAT!.
: entropy! ( n xt -- )  heat! ;
\ The older name of ALL-HEATS.
: word-entropy ( -- )  all-heats ;
\ Let all words be cold.
: reset-entropy ( -- )  9 (show) ;

\ ---- the cache and lookups -----------------------------------------------------------------------------------------

\ Print the statistics of the cache of hot words.
: physics-cache-stats ( -- )  10 (show) ;
\ Switch the cache on or off.
: physics-toggle-cache ( -- )  11 (show) ;
\ Let the statistics of the cache and of lookups start at zero.
: physics-reset-stats ( -- )  12 (show) ;
\ Print which knobs the system has.
: physics-build-info ( -- )  13 (show) ;
\ Print the posterior of the latencies that BENCH-DICT-LOOKUP has taken, and the speedup.
: physics-bayesian-report ( -- )  14 (show) ;
\ Look the 23 words of the experiment up u times, each lookup timed.
: bench-dict-lookup ( u -- )  0 15 (physics) drop ;
\ Print the heats that a quarter, half, three quarters of the words reach.
: heat-percentiles ( -- )  16 (show) ;
\ 0: the dictionary's hash table; 1: buckets, the hottest words first, while what runs is diverse.
: lookup-strategy@ ( -- n )  0 0 17 (physics) ;
\ Choose how words are looked up, by the numbers of LOOKUP-STRATEGY@.
: lookup-strategy! ( n -- )  0 18 (physics) drop ;
\ Order the buckets by heat.
: reorg-buckets ( -- )  19 (show) ;
\ Print how the buckets are ordered.
: show-heat-optimization ( -- )  20 (show) ;
\ Look the same words up in all ways, and print what each took.
: compare-lookups ( -- )  21 (show) ;

\ ---- transitions -----------------------------------------------------------------------------------------------

\ Print what is known of which word comes after which.
: pipelining-show-stats ( -- )  22 (show) ;
\ Print the n most frequent transitions.
: pipelining-show-top-transitions ( n -- )  0 23 (physics) drop ;
\ Print what comes after the word.
: pipelining-analyze-word ( xt -- )  0 24 (physics) drop ;
\ How many transitions were seen.
: pipelining-stats ( -- n )  0 0 25 (physics) ;
\ Forget all transitions.
: pipelining-reset-all ( -- )  26 (show) ;
\ Record transitions, or do not.
: pipelining-enable ( flag -- )  0 27 (physics) drop ;

\ ---- all together ------------------------------------------------------------------------------------------------

\ Print all that is known of a word.
: physics-word-metrics ( xt -- )  0 28 (physics) drop ;
\ Print the knobs as the feedback loops have set them.
: physics-calc-knobs ( -- )  29 (show) ;
\ Run the word u times.
: physics-burn ( i*x xt u -- j*x )  0 ?do dup >r execute r> loop drop ;
\ Print what each feedback loop has done.
: physics-show-feedback ( -- )  30 (show) ;

previous definitions
