"""How a program is started from a command line: the switches and what they mean, the text of the program, its VM, what
is said about errors, and the exit status.

`cupola run` is made of this, and so are the processes of the lab, whose arms take the same switches and mean the same.
Every start passes here: modules import only what a run needs.
"""
