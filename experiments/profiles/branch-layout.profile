{
"cupola profile": 1,
"language": "forth",
"superinstructions": [

],
"runs": [
[8000000, "dup", "lit", "and", "lit", "=", "?branch"],
[4000000, "exit"],
[4000000, "i", "call"],
[4000000, "need", "enter", "dup", "lit", "and", "0=", "?branch"],
[4000000, "xor", "loop"],
[6838, "lit", "add at", "dup", "lit", "*", "lit", "/", "lit", "xor", "lit", "+", "drop"],
[1, "enter", "lit", "exit"],
[1, "room", "enter", "lit", "lit", "lit", "do"],
[1, "unloop", "exit"]
],
"functions": [
["rarely", 4, 4000000, [[3996093, 3907], [3998046, 1954], [3999023, 977]], {}],
["events", 3, 1, [], {}],
["run", 8, 1, [], {"rarely": 4000000}]
]
}
