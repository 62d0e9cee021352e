\ The sun and its four giants: positions and velocities step by step, by the attraction of each pair (symplectic Euler).
\ Lengths in astronomical units, times in days, masses in units of 4 pi^2 suns.

0 floats constant x   1 floats constant y   2 floats constant z
3 floats constant vx  4 floats constant vy  5 floats constant vz
6 floats constant mass
7 floats constant /body

5 constant #bodies
create bodies  #bodies /body * allot

3.141592653589793e fdup f* 4e f* fconstant sun-mass
365.24e fconstant year
0.01e fconstant dt

: body ( n -- addr )  /body * bodies + ;

: position! ( body -- ) ( F: x y z -- )  dup z + f!  dup y + f!  x + f! ;
: velocity! ( body -- ) ( F: vx vy vz -- )
  year f* dup vz + f!  year f* dup vy + f!  year f* vx + f! ;
: mass! ( body -- ) ( F: suns -- )  sun-mass f*  mass + f! ;

0e 0e 0e 0 body position!  0e 0e 0e 0 body velocity!  1e 0 body mass!
4.84143144246472090e -1.16032004402742839e -0.103622044471123109e 1 body position!
0.00166007664274403694e 0.00769901118419740425e -0.0000690460016972063023e 1 body velocity!
0.000954791938424326609e 1 body mass!
8.34336671824457987e 4.12479856412430479e -0.403523417114321381e 2 body position!
-0.00276742510726411411e 0.00499852801234917238e 0.0000230417297573763929e 2 body velocity!
0.000285885980666130812e 2 body mass!
12.8943695621391310e -15.1111514016986312e -0.223307578892655734e 3 body position!
0.00296460137564761618e 0.00237847173959480950e -0.0000296589568540237556e 3 body velocity!
0.0000436624404335156298e 3 body mass!
15.3796971148509165e -25.9193146099879641e 0.179258772950371181e 4 body position!
0.00268067772490389322e 0.00162824170038242295e -0.0000951592254519715870e 4 body velocity!
0.0000515138902046611451e 4 body mass!

\ ---- the sun moves so that the whole stands still

: momentum ( field -- ) ( F: -- r )
  0e  #bodies 0 do  dup i body + f@  i body mass + f@  f* f+  loop  drop ;
: stand-still ( -- )
  vx momentum fnegate sun-mass f/  vy momentum fnegate sun-mass f/  vz momentum fnegate sun-mass f/
  bodies vz + f!  bodies vy + f!  bodies vx + f! ;

\ ---- energy

: squares ( F: x y z -- r )  fdup f* frot fdup f* frot fdup f* f+ f+ ;
: kinetic ( body -- ) ( F: -- r )
  dup vx + f@  dup vy + f@  dup vz + f@  squares  mass + f@ f* f2/ ;
: apart ( a b -- ) ( F: -- dx dy dz )
  over x + f@ dup x + f@ f-  over y + f@ dup y + f@ f-  swap z + f@ z + f@ f- ;
: potential ( a b -- ) ( F: -- r )
  2dup apart squares fsqrt  mass + f@  mass + f@ f*  fswap f/ ;
: energy ( -- ) ( F: -- r )
  0e  #bodies 0 do
    i body kinetic f+
    #bodies i 1+ ?do  j body i body potential f-  loop
  loop ;

\ ---- a step

fvariable dx  fvariable dy  fvariable dz

: pull ( a b -- )                      \ each of two bodies changes the other's velocity
  over x + f@ dup x + f@ f- dx f!
  over y + f@ dup y + f@ f- dy f!
  over z + f@ dup z + f@ f- dz f!
  dx f@ fdup f*  dy f@ fdup f* f+  dz f@ fdup f* f+
  fdup fsqrt f*  dt fswap f/           ( F: dt/distance^3 )
  fdup dup mass + f@ f*                ( F: strength strength*b )
  dx f@ fover f*  over vx + f@ fswap f-  over vx + f!
  dy f@ fover f*  over vy + f@ fswap f-  over vy + f!
  dz f@ fover f*  over vz + f@ fswap f-  over vz + f!
  fdrop  over mass + f@ f*             ( F: strength*a )
  dx f@ fover f*  dup vx + f@ f+  dup vx + f!
  dy f@ fover f*  dup vy + f@ f+  dup vy + f!
  dz f@ f*  dup vz + f@ f+  vz + f!
  drop ;

: move-on ( body -- )
  dup x + f@  dup vx + f@ dt f* f+  dup x + f!
  dup y + f@  dup vy + f@ dt f* f+  dup y + f!
  dup z + f@  dup vz + f@ dt f* f+  z + f! ;

: step ( -- )
  #bodies 0 do
    #bodies i 1+ ?do  j body i body pull  loop
  loop
  #bodies 0 do  i body move-on  loop ;

: steps ( n -- )  0 ?do step loop ;

: main ( -- )
  stand-still
  ." nbody " energy 1e15 f* f>d d.  1000000 steps  energy 1e15 f* f>d d. cr ;

main
