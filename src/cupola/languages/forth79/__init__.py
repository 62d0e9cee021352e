"""FORTH-79 as a language of its own: the Forth system, with its vocabulary FORTH-79 in the place of FORTH."""
