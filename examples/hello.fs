\ The smallest program with a visible result.

: hello ( -- )  ." Hello from the furnace." cr ;

hello
