\ Loaded by include.fs: counts how often it was loaded.
1 loaded +!
: from-counted ( -- n )  42 ;
