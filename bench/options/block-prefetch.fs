\ Blocks read one after the other, many more than there are buffers.
512 constant size
: made ( -- )
   s" /tmp/cupola-block-prefetch.fb" open-blocks
   size 0 do  i buffer 1024 i 255 and fill  update  loop  flush ;
: run ( -- n )  0  40 0 do  size 0 do  i block c@ +  loop  loop ;
made
run .
