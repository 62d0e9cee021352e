\ Numbers that native code and the driver use, too. Made of constants.py and keys.py, by
\ `python -m cupola.languages.forth.making.numbers`; do not edit. Names in parentheses are private to the system.

4096 constant (pad-size)
1048048 constant (stack-cells)
32 constant (most-locals)
32 constant (most-searched)
65536 constant (most-floats)
16777216 constant (first-key)
16777216 constant k-left
16777217 constant k-right
16777218 constant k-up
16777219 constant k-down
16777220 constant k-home
16777221 constant k-end
16777222 constant k-prior
16777223 constant k-next
16777224 constant k-insert
16777225 constant k-delete
16777226 constant k-f1
16777227 constant k-f2
16777228 constant k-f3
16777229 constant k-f4
16777230 constant k-f5
16777231 constant k-f6
16777232 constant k-f7
16777233 constant k-f8
16777234 constant k-f9
16777235 constant k-f10
16777236 constant k-f11
16777237 constant k-f12
1048576 constant k-shift-mask
2097152 constant k-alt-mask
4194304 constant k-ctrl-mask
