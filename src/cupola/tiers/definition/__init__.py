"""The definition of a guest language as the tiers read it: instructions, operands, leaves, the language itself.

Implementers import these through `cupola.language`.
"""
