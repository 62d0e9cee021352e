"""From expressions to registers: where values go, and where values that are stored come from."""

from __future__ import annotations

from cupola.languages.lua.front.emitting import NAME, PLACE, TARGET, A, B, Emitter, joined
from cupola.languages.lua.front.expression import (
    CALL,
    CONSTANT,
    FIELD,
    GLOBAL,
    INDEX,
    INTEGER,
    JUMP,
    LOCAL,
    REGISTER,
    RELOCATABLE,
    UPVALUE,
    VARARG,
    VOID,
    Draft,
    Expression,
    Jumps,
)

MOST_SMALL = 32767

# What may be a place for the collector: its result comes first into a register above all that are in use.
FRESH = frozenset({"new_table", "closure"})

# What may stand between a place and the end of its expression, where a local variable can be written early.
TESTS = frozenset({"if_true", "if_false"})
HARMLESS = frozenset({"move", PLACE, *TESTS})
BLIND = frozenset({"constant", "jump", None})  # harmless too, and they read no register


class Values(Emitter):
    """Puts values of expressions into registers and variables."""

    def discharge(self, e: Expression) -> None:
        """Make a constant, a register, a relocatable instruction or a jump out of `e`: read what it names."""
        kind = e.kind
        if kind == LOCAL:
            e.kind = REGISTER
        elif kind == GLOBAL:
            e.a = self.emit("get_global", 0, e.a, 0, e.k)
            e.kind = RELOCATABLE
        elif kind == FIELD:
            register = e.a
            if register >= self.active_registers:
                self.free -= 1
            e.a = self.emit("get_field", 0, register, 0, e.k)
            e.kind = RELOCATABLE
        elif kind == UPVALUE:
            e.a = self.emit("get_upvalue", 0, e.a)
            e.kind = RELOCATABLE
        elif kind == INDEX:
            self.release_two(e.a, e.b)
            e.a = self.emit("get_index", 0, e.a, e.b)
            e.kind = RELOCATABLE
        elif kind == INTEGER:
            self.release(e.a)
            e.a = self.emit("get_integer", 0, e.a, e.b)
            e.kind = RELOCATABLE
        elif kind == CALL:
            e.kind, e.a = REGISTER, e.a[A]
        elif kind == VARARG:
            e.a[NAME], e.a[B] = "vararg_fixed", 1
            e.kind = RELOCATABLE

    def release_two(self, first: int, second: int) -> None:
        """Give two registers back, the higher one first."""
        if first > second:
            self.release(first)
            self.release(second)
        else:
            self.release(second)
            self.release(first)

    def release_expression(self, e: Expression) -> None:
        """Give back the register that `e` is in, if it is a temporary one."""
        if e.kind == REGISTER and e.a >= self.active_registers:
            self.free -= 1
            assert e.a == self.free

    def next_register(self, e: Expression) -> int:
        """Put the value of `e` into the next register, and return that."""
        self.discharge(e)
        kind = e.kind
        if kind == REGISTER and e.a >= self.active_registers:
            self.free -= 1
        free = self.free + 1
        if free > self.frame_size:
            self.need(free)
        self.free = free
        self.to_register(e, free - 1)
        return free - 1

    def any_register(self, e: Expression) -> int:
        """Put the value of `e` into some register, and return that."""
        if e.kind == LOCAL:
            e.kind = REGISTER
        elif e.kind != REGISTER:
            self.discharge(e)
        if e.kind == REGISTER:
            register: int = e.a
            if not e.true and not e.false:
                return register
            if register >= self.active_registers:
                self.to_register(e, register)
                return register
        return self.next_register(e)

    def discharge_to(self, e: Expression, register: int) -> None:
        """Put the value of `e` into `register`, but for the jumps out of it."""
        kind = e.kind
        if kind == RELOCATABLE:
            e.a[A] = register
        elif kind == CONSTANT:
            if e.k is None:
                self.load_nil(register, 1)
            else:
                self.emit("constant", register, 0, 0, e.k)
        elif kind == REGISTER:
            if e.a != register:
                self.emit("move", register, e.a)
        else:
            assert kind == JUMP or kind == VOID
            return
        e.kind, e.a = REGISTER, register

    def to_register(self, e: Expression, register: int) -> None:
        """Put the value of `e` into `register`, whatever way it comes."""
        self.discharge(e)
        self.discharge_to(e, register)
        if e.kind == JUMP:
            e.true = joined(e.true, [e.a])
        if e.true or e.false:
            self.join(e, register)
        e.true = e.false = None
        e.kind, e.a = REGISTER, register

    def join(self, e: Expression, register: int) -> None:
        """Let the jumps out of `e` bring its value into `register`, and meet."""
        compares = e.kind == JUMP
        needs_false = compares or self.lacks_value(e.false)
        needs_true = self.lacks_value(e.true)
        made_false = made_true = 0
        if needs_false or needs_true:
            over = None if compares else self.jump()
            if needs_false:
                made_false = self.label()
                self.emit("constant", register, 0, 0, False)
                if needs_true:
                    over = joined(over, self.jump())
            if needs_true:
                made_true = self.label()
                self.emit("constant", register, 0, 0, True)
            self.patch_here(over)
        end = self.label()
        self.bring(e.false, register, end, made_false)
        self.bring(e.true, register, end, made_true)

    def lacks_value(self, jumps: Jumps) -> bool:
        """Tell whether one of the jumps carries no value."""
        code = self.code
        return bool(jumps) and any(code[each - 1][NAME] is not PLACE for each in jumps or ())

    def bring(self, jumps: Jumps, register: int, end: int, made: int) -> None:
        """Let jumps lead to `end` with their values in `register`; those without a value lead to `made`."""
        for each in jumps or ():
            place = self.code[each - 1]
            if place[NAME] is not PLACE:
                self.code[each][TARGET] = made
                continue
            self.code[each][TARGET] = end
            if place[B] < 0:
                place[NAME], place[A], place[B] = "constant", register, 0
            elif place[B] == register:
                self.drop(place)
            else:
                place[NAME], place[A] = "move", register

    def can_bring(self, e: Expression, register: int) -> bool:
        """Tell whether the jumps out of `e` can write the local variable in `register` as soon as they are reached.

        They do so even if they are not taken. That is wrong where what follows may read the variable.
        """
        places = [
            each - 1
            for jumps in (e.true, e.false)
            for each in jumps or ()
            if self.code[each - 1][NAME] is PLACE and self.code[each - 1][B] != register
        ]
        if not places:
            return True
        if e.kind != CONSTANT and (e.kind != REGISTER or e.a == register):
            return False
        for draft in self.code[min(places) :]:
            name = draft[NAME]
            if name in BLIND:
                continue
            if name not in HARMLESS or draft[A if name in TESTS else B] == register:
                return False
        return True

    def store(self, to: Expression, e: Expression) -> None:
        """Assign the value of `e` to what `to` names."""
        kind = to.kind
        if kind == LOCAL:
            self.discharge(e)
            is_made = e.kind == RELOCATABLE and e.a[NAME] in FRESH
            if is_made or ((e.true or e.false) and not self.can_bring(e, to.a)):
                self.next_register(e)
            self.release_expression(e)
            self.to_register(e, to.a)
            return
        register = self.any_register(e)
        if kind == FIELD:
            self.emit("set_field", to.a, register, 0, to.k)
        elif kind == GLOBAL:
            self.emit("set_global", register, to.a, 0, to.k)
        elif kind == INDEX:
            self.emit("set_index", to.a, to.b, register)
        elif kind == INTEGER:
            self.emit("set_integer", to.a, register, to.b)
        else:
            assert kind == UPVALUE
            self.emit("set_upvalue", register, to.a)
        self.release_expression(e)

    def index(self, table: Expression, key: Expression) -> None:
        """Make `table`, which is in a register, the element `key` of it."""
        if key.kind == CONSTANT and not (key.true or key.false):
            k = key.k
            if type(k) is bytes:
                table.kind, table.k = FIELD, k
                return
            if type(k) is int and 0 <= k <= MOST_SMALL:
                table.kind, table.b = INTEGER, k
                return
        table.b = self.any_register(key)
        table.kind = INDEX

    def set_results(self, e: Expression, count: int) -> None:
        """Let a call or `...` leave `count` values in the registers from where it stands."""
        draft: Draft = e.a
        if e.kind == CALL:
            if count > 1:
                self.emit("adjust", draft[A], count)
            return
        if count == 0 and self.code[-1] is draft:
            self.code.pop()
        draft[NAME], draft[A], draft[B] = "vararg_fixed", self.free, count
        self.reserve(1)

    def open_results(self, e: Expression) -> None:
        """Let a call or `...` leave all its values in the registers from the next one."""
        if e.kind == VARARG:
            e.a[A] = self.free
            self.reserve(1)
