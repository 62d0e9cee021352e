\ Loaded by include.fs under CATCH: the third line fails.
1 2 +
0 /
." never reached"
