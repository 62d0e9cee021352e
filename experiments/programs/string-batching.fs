\ bench/options/string-batching.fs with less work. Made by tools/make_experiments.py: change that, not this.
\ A report: texts, blanks and new lines one after the other.
: heading ( -- )  ." | " ." name" ."  | " ." value" ."  |" cr ;
: rule ( -- )  ." |-" s" -----" type ." |-" s" ------" type ." |" cr ;
: row ( -- )  [char] | emit space ." some" space ." text" space [char] | emit space ." and more" space [char] | emit cr ;
: report ( -- )  heading rule  20 0 do  row row row  loop  rule cr ;
: run ( -- )  300 0 do  report  loop ;
run
