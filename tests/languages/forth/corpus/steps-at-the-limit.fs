\ A loop in native code that is stopped by the limit of steps had more steps than in the interpreters.
: w0 begin 4095 drop 0 until ;
w0
: w1 begin dup 1+ drop dup -1 > while 1 drop repeat ;
5 w1
