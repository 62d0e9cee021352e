"""Files and blocks: each has a native side for what is in a buffer, and a driver's side for all else.

`files` with `open_files` and `file_buffers`; `blocks` with `block_store`, `block_file` and `disk`. What may be touched:
both sides of a record together; the order in which a block file is written is what makes it survive a crash
(docs/decisions has it, and a test stops the disk at every call).
"""
