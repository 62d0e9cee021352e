: spread-over ( -- n )
   1
   2 +

   \ a comment between

   ( and another
     of two lines ) 3 +
;
