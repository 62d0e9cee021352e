\ A line editor for blocks, in a vocabulary of its own: the words of Leo Brodie, *Starting FORTH* (1981), chapter 3, and
\ SHOW and EDIT of StarForth. SCR is the block that is edited, R# the place of the cursor in it, 0 to 1024.
\
\ What may be touched: any word here; tests/languages/forth/editor.txt has a program for each. A text goes up to ^ or to
\ the end of the line; an empty one means that of last time. Texts to find and texts to insert are kept apart.

vocabulary editor
also editor context @ previous constant (editor-list)
(editor-list) set-current
forth-wordlist (editor-list) 2 set-order                              \ no Forth word that is used here has an editor's name

variable r#
create (found)  66 allot                                              \ counted texts of at most a line
create (inserted)  66 allot

: (keep) ( c-addr u a-addr -- )  2dup c! 1+ swap cmove ;
: (text) ( a-addr "text" -- )
   >r  [char] ^ parse c/l min  dup if r@ (keep) else 2drop then  r> drop ;

: (block) ( -- addr )  scr @ block ;
: (cursor) ( -- addr )  (block) r# @ + ;
: (line#) ( -- n )  r# @ c/l /  15 min ;
: (at-line) ( n -- addr )  c/l * (block) + ;
: (line) ( -- addr )  (line#) (at-line) ;
: (column) ( -- n )  r# @ (line#) c/l * - ;
: (room) ( -- n )  c/l (column) - ;                                   \ from the cursor to the end of its line
: (check-line) ( n -- n )  dup 0 16 within 0= if -24 throw then ;

: (.line) ( -- )
   cr (line) (column) type  ." ^"  (cursor) (room) -trailing type  space (line#) . ;
: (none) ( -- )  ." none" ;

: (delete) ( n -- )                                                   \ characters at the cursor; the line keeps its length
   (room) min >r
   (cursor) r@ +  (cursor)  (room) r@ -  cmove
   (cursor) (room) + r@ -  r> blank  update ;
: (insert) ( c-addr u -- )                                            \ what leaves the line at its end is lost
   (room) min >r
   (cursor)  dup r@ +  (room) r@ -  cmove>
   (cursor) r@ cmove  r> r# +!  update ;
: (put) ( c-addr u -- )  (line) c/l blank  (line) swap cmove  update ;
: (open) ( -- )                                                       \ an empty line under that of the cursor
   (line#) dup 14 > if -24 throw then  1+
   dup (at-line)  dup c/l +  2 pick 15 swap - c/l *  cmove>
   c/l * r# !  (line) c/l blank  update ;
: (find) ( -- flag )
   (cursor) 1024 r# @ - (found) count search
   if drop (block) - (found) c@ + r# ! true else 2drop false then ;
: (erase) ( -- )
   (found) c@ dup r# @ > if -24 throw then  dup negate r# +!  (delete) ;

\ Show the block.
: l ( -- )  scr @ list ;
\ Let the cursor be at the start of line n, and show that.
: t ( n -- )  (check-line) c/l * r# !  (.line) ;
\ Let the cursor be at the start of the block.
: top ( -- )  0 r# ! ;
\ Put a text in the place of the line.
: p ( "text" -- )  (inserted) (text)  (line#) c/l * r# !  (inserted) count (put) ;
\ Put a text in a new line under this one.
: u ( "text" -- )  (inserted) (text)  (open)  (inserted) count (put) ;
\ Take the line out, and keep it as the text to insert.
: x ( -- )
   (line) c/l -trailing (inserted) (keep)
   (line) c/l +  (line)  15 (line#) - c/l *  cmove
   15 (at-line) c/l blank  update  (line#) c/l * r# ! ;
\ Find a text behind the cursor, which goes behind it.
: f ( "text" -- )  (found) (text)  (find) if (.line) else (none) then ;
\ Find a text in the blocks from this one to the one before n.
: s ( n "text" -- )
   (found) (text)
   begin scr @ over u< while
      (find) if drop (.line) scr @ . exit then
      1 scr +!  top
   repeat drop (none) ;
\ Erase the text that was found.
: e ( -- )  (erase) (.line) ;
\ Find a text and erase it.
: d ( "text" -- )  (found) (text)  (find) if (erase) (.line) else (none) then ;
\ Delete from the cursor up to and with a text in the line.
: till ( "text" -- )
   (found) (text)  (cursor) (room) (found) count search
   if drop (cursor) - (found) c@ + (delete) (.line) else 2drop (none) then ;
\ Insert a text at the cursor.
: i ( "text" -- )  (inserted) (text)  (inserted) count (insert) (.line) ;
\ Put a text in the place of the one that was found.
: r ( "text" -- )  (inserted) (text)  (erase) (inserted) count (insert) (.line) ;
\ Exchange the text to find and the text to insert.
: k ( -- )  (found) pad 66 cmove  (inserted) (found) 66 cmove  pad (inserted) 66 cmove ;
\ Go to the next block.
: n ( -- )  1 scr +! ;
\ Go to the block before.
: b ( -- )  -1 scr +! ;
\ Make the block blank.
: wipe ( -- )  (block) 1024 blank update  top ;
\ Copy block n1 to block n2.
: copy ( n1 n2 -- )  swap block pad 1024 cmove  buffer pad swap 1024 cmove  update ;
\ Copy the line under line n2 of block n1.
: m ( n1 n2 -- )
   (check-line) swap  (line) pad c/l cmove  scr @ r# @ 2swap
   scr !  c/l * r# !  (open)  pad c/l (put)  r# ! scr ! ;
\ Show a block, which is then edited.
: show ( n -- )  list ;
\ Edit a block, from its start, and show it.
: edit ( n -- )  scr !  top  scr @ list ;

only forth definitions
