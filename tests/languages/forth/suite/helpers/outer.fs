\ Loaded by include.fs: a file that loads others, named relative to itself.
10
include ./deep/inner.fs
30
