"""The entries of native code that the driver calls, as Python functions: what they do says `languages.lua.entries`."""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from cupola.tiers.engine import Engine


class NativeEntries:
    """What a VM is to native code: each entry as a function, which takes the VM's address first."""

    engine: Engine

    def bind(self) -> None:
        """The entries of native code as Python functions."""
        entry = self.engine.entry
        self.entry_string = entry("string_value", "i64", "ptr", "ptr", "i64")
        self.entry_integer = entry("integer_of", "i64", "ptr", "i64")
        self.entry_table = entry("table_value", "i64", "ptr", "i64", "i64")
        self.entry_get = entry("raw_get", "i64", "ptr", "i64", "i64")
        self.entry_set = entry("raw_set", "i64", "ptr", "i64", "i64", "i64")
        self.entry_length = entry("raw_length", "i64", "ptr", "i64")
        self.entry_next = entry("raw_next", "i64", "ptr", "i64", "i64", "ptr")
        self.entry_prototype = entry("prototype_value", "i64", "ptr", "ptr")
        self.entry_closure = entry("main_closure", "i64", "ptr", "i64", "i64")
        self.entry_native = entry("native_value", "i64", "ptr", "i64", "i64", "i64", "i64", "i64")
        self.entry_coroutine = entry("coroutine_value", "i64", "ptr", "i64")
        self.entry_keep_error = entry("keep_error", "i64", "ptr", "i64")
        self.entry_find_function = entry("find_function", "i64", "ptr", "i64", "i64")
        self.entry_throw = entry("throw_error", "i64", "ptr")
        self.entry_unwind = entry("unwind_error", "i64", "ptr")
        self.entry_handled = entry("error_is_handled", "i64", "ptr")
        self.entry_grow = entry("grow_stack", "i64", "ptr", "i64", "i64")
        self.entry_host = entry("host_value", "i64", "ptr", "i64", "i64", "i64", "i64")
        self.entry_stored = entry("stored_into", "i64", "ptr", "i64")
        self.entry_finalizer = entry("wants_finalizer", "i64", "ptr", "i64")
        self.entry_next_finalizer = entry("next_finalizer", "i64", "ptr")
        self.entry_finalize_everything = entry("finalize_everything", "i64", "ptr")
        self.entry_end_coroutine = entry("end_coroutine", "i64", "ptr", "i64")
        self.entry_abandon = entry("abandon", "i64", "ptr", "i64", "ptr")
        self.entry_collect_step = entry("collect_step", "i64", "ptr", "ptr", "i64")
        self.entry_collect = entry("collect_garbage", "i64", "ptr", "ptr", "i64")
