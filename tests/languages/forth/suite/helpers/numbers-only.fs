\ Loaded by include.fs: leaves three numbers, the last one without a newline behind it.
1 2
3
4 5