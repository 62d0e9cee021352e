"""The driver of Lua: a VM as Python sees it, functions in memory, values, messages, what Python does for the guest."""
