\ bench/forth/strings.fs with less work. Made by tools/make_experiments.py: change that, not this.
\ Strings with C@ and CMOVE: a text is put together from words and searched for
\ each of them; the words in it are hashed and counted.

65536 constant capacity
create text capacity allot
variable used

create words-of-text                  \ counted strings, one after the other
  4 c, char i c, char r c, char o c, char n c,
  2 c, char o c, char f c,
  6 c, char c c, char u c, char p c, char o c, char l c, char a c,
  3 c, char t c, char h c, char e c,
  5 c, char s c, char m c, char e c, char l c, char t c,
  7 c, char f c, char u c, char r c, char n c, char a c, char c c, char e c,
  3 c, char h c, char o c, char t c,
  4 c, char m c, char e c, char l c, char t c,
8 constant #words

variable seed
: random ( -- u )  seed @ 1103515245 * 12345 + 2147483647 and  dup seed ! ;

: nth-word ( n -- addr len )
  words-of-text swap 0 ?do  count +  loop  count ;

: add-string ( addr len -- )
  >r  text used @ + r@ cmove  r> used +! ;

: add-char ( char -- )  text used @ + c!  1 used +! ;

: compose ( -- )                      \ fill the text with words at random
  0 used !
  begin  used @ capacity 8 - <  while
    random 16 rshift #words mod nth-word add-string  bl add-char
  repeat ;

: same? ( addr1 addr2 len -- flag )
  0 ?do
    over c@ over c@ <> if  2drop unloop false exit  then
    char+ swap char+ swap
  loop  2drop true ;

: occurrences ( addr len -- n )       \ of the string in the text
  0 rot rot  used @ over - 1+ 0 do    ( n addr len )
    2dup text i + swap same? if  rot 1+ rot rot  then
  loop  2drop ;

: fnv ( addr len -- u )              \ FNV-1a, 32 bits
  2166136261 rot rot
  over + swap ?do
    i c@ xor  16777619 *  4294967295 and
  loop ;

256 constant buckets
create counts buckets cells allot

: tally ( addr len -- )
  fnv  dup 8 rshift xor  buckets 1- and  cells counts +  1 swap +! ;

: word-length ( addr -- len )         \ up to the next blank
  dup begin  dup c@ bl <>  while  char+  repeat  swap - ;

: tally-words ( -- )
  text begin  dup text used @ + <  while
    dup word-length  2dup tally  + 1+
  repeat drop ;

: checksum ( -- u )
  0  buckets 0 do  31 *  counts i cells + @ +  loop ;

: search-all ( -- n )
  0  #words 0 do  i nth-word occurrences +  loop ;

: main ( -- )
  1 seed !  counts buckets cells 0 fill
  0  3 0 do  compose  search-all +  tally-words  loop
  ." strings " .  text used @ fnv .  checksum u. cr ;

main
