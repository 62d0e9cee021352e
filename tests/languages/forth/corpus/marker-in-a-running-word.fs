\ A word that deletes itself, and gets hot afterwards: the driver found no word to compile.
marker m : x s" m : y 1 2 3 4 5 6 7 8 9 10 11 12 13 14 ; : z 5 . ; : q 6 . ;" evaluate recurse ; x
1 .
