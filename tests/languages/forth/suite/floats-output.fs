\ What F. FS. FE. and F.S print.
require ./tester.fs

: all ( F: r -- )  fdup f. fdup fs. fe. cr ;
1e all  -1.5e all  0e all  0.1e all  1e-10 all  123456789e all  1e15 all  12345e all  999999e all  -2e 3e f/ all
5e-324 fs. 1.7976931348623157e308 fs. cr
5 set-precision  2e 3e f/ all  123456789e all  99999.9e all  1e all
