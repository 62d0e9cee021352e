\ Words of FILE and FILE EXT that need nothing of the driver. `files` has the others.

\ ---- how to open a file; the standard streams ----------------------------------------------------------------

1 constant r/o
2 constant w/o
3 constant r/w
: bin ( fam1 -- fam2 )  4 or ;

$10000 constant stdin
$10001 constant stdout
$10002 constant stderr

\ ---- whole files -------------------------------------------------------------------------------------------

\ All bytes of the file of that name, at HERE, where room is taken for them.
: slurp-file ( c-addr1 u1 -- c-addr2 u2 )
   r/o open-file throw >r  r@ file-size throw d>s  here over allot  tuck swap r@ read-file throw
   r> close-file throw ;
