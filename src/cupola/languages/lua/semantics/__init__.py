"""What Lua's operations mean beyond their fast paths: conversions, metamethods, calls, frames, errors that unwind."""
