"""Words: their records, their names, the lists in which they are searched, and which code is whose.

`records` has the table of words and the search; `names` compares names, `word_lists` and `search_order` say where is
searched. `aliases` and `forgetting` add and take away. `code_index` and `call_sites` answer from guest code to words.
What may be touched: all but the layout of a record, which `machine` has; who changes words tells the physics
(`physics.changing`).
"""
