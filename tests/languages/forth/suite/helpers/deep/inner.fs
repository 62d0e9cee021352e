\ Loaded by outer.fs.
20
include ./innermost.fs
