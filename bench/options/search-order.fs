\ Texts whose words are in the last of eight word lists.
: filled ( wid -- )
   get-current >r set-current
   s" : first ; : second ; : third ; : fourth ; : fifth ; : sixth ; : seventh ; : eighth ;" evaluate
   r> set-current ;
: lists ( -- )  forth-wordlist  7 0 do  wordlist dup filled  loop  8 set-order ;
: run ( -- n )  0  400000 0 do  i s" dup drop over drop + 1 -" evaluate  loop ;
lists
run .
