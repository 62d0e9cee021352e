"""Errors: how native code notes them, what CATCH leaves on the return stack, how THROW goes back to it.

`failure` is for kernel functions, `throws` for hot instructions, `exceptions` has the words. What may be touched: new
codes and their texts belong to `driver.messages`; a frame's layout, in `catch_frames`, is known to backtraces, too.
"""
