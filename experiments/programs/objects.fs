\ bench/forth/objects.fs with less work. Made by tools/make_experiments.py: change that, not this.
\ Objects made with CREATE DOES>: classes with tables of methods, messages that look them up, and a dictionary of
\ words run by EXECUTE.

\ An object is: class | two fields. A class is a table of execution tokens.
: message ( n -- )                    \ define a message: the n-th method of the receiver's class
  create cells ,
  does> ( ... object message -- ... )  @ over @ + @ execute ;

0 message area   ( object -- n )
1 message grow   ( n object -- )
2 message kind   ( object -- n )

: class ( xt-kind xt-grow xt-area -- )  create , , , ;

: width ( object -- addr )  cell+ ;
: height ( object -- addr )  cell+ cell+ ;

: rectangle-area ( object -- n )  dup width @ swap height @ * ;
: rectangle-grow ( n object -- )  2dup width +!  height +! ;
: rectangle-kind ( object -- n )  drop 1 ;
' rectangle-kind ' rectangle-grow ' rectangle-area class rectangle

: square-area ( object -- n )  width @ dup * ;
: square-grow ( n object -- )  width +! ;
: square-kind ( object -- n )  drop 2 ;
' square-kind ' square-grow ' square-area class square

: triangle-area ( object -- n )  rectangle-area 2/ ;
' rectangle-kind ' rectangle-grow ' triangle-area class triangle

: shape ( width height class -- )     \ define an object, which leaves its address
  create , swap , , ;

3 4 rectangle shape door
5 0 square    shape tile
6 8 triangle  shape sail
2 9 rectangle shape plank
7 0 square    shape pane
4 4 triangle  shape kite

: counter ( n -- )                    \ define a word that counts on by n at each use
  create , 0 ,
  does> ( counter -- total )  dup @ over cell+ +!  cell+ @ ;

1 counter ones
3 counter threes

: scale ( n -- )                      \ define a word that multiplies
  create ,  does> ( n scale -- n' )  @ * ;

2 scale doubled
5 scale fivefold

: measure ( object -- n )  dup area swap kind + ;
: door+ ( -- n )   1 door grow   door measure ;
: tile+ ( -- n )   1 tile grow   tile measure ;
: sail+ ( -- n )   2 sail grow   sail measure ;
: plank+ ( -- n )  1 plank grow  plank measure  doubled ;
: pane+ ( -- n )   3 pane grow   pane measure  fivefold ;
: kite+ ( -- n )   1 kite grow   kite measure  ones + ;

create dictionary
  ' door+ ,  ' tile+ ,  ' sail+ ,  ' plank+ ,  ' pane+ ,  ' kite+ ,  ' ones ,  ' threes ,
8 constant #entries

variable seed
: random ( -- u )  seed @ 1103515245 * 12345 + 2147483647 and  dup seed ! ;

: apply ( n -- m )  cells dictionary + @ execute ;

: main ( -- )
  5 seed !
  0  400000 0 do
    random 16 rshift #entries 1- and apply  +  1073741823 and
  loop
  ." objects " . cr ;

main
