"""Lua 5.4: its front end, its instructions, its libraries, its driver."""
