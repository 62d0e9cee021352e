"""The edge to Python in native code: methods that Python calls, functions of Python that the guest calls.

Each runtime has an `Edge`; its objects in Python, which are instances of three classes, have a slot `native`, a bytes
object with the address of the edge and the value. Whatever is not plain (other objects, errors, runs that do not end
soon, runs inside each other) is left to functions of Python, which the edge leads to.
"""

from __future__ import annotations

from cupola.kernel import (
    Array,
    Function,
    Ptr,
    address,
    cast,
    i64,
    inline,
    kernel,
    local,
    null,
    pointer,
    struct,
    u8,
)
from cupola.language.frames import code_of, link_at
from cupola.language.python_api import BYTES_START
from cupola.language.python_objects import (
    NOTHING,
    PythonApi,
    Take1,
    Take3,
    called,
    called_with_number,
    kept,
    let_go,
    object_from,
    take_exception,
    type_of,
    value_of,
)
from cupola.languages.lua.constants import (
    CALLER,
    DONE,
    FRAME_CELLS,
    FUNCTION,
    LINK,
    MOST_PLAIN,
    NATIVE_SLOT,
    QUICK_STEPS,
    RAISED,
    STUB_DONE,
    UPCALL,
)
from cupola.languages.lua.definition import lua
from cupola.languages.lua.machine import VM
from cupola.languages.lua.semantics.unwinding import BASE, COUNT, PC
from cupola.languages.lua.service_entries import abandon
from cupola.runtime.heap.collector import step
from cupola.runtime.heap.finalizers import has_to_finalize
from cupola.runtime.heap.heap import wants_collection
from cupola.runtime.objects import NATIVE_VALUES, Native, Table
from cupola.runtime.tables import OK, table_get, table_set
from cupola.runtime.values import NIL, address_in, object_of

BUDGET = 1  # the number of this register among those that are saved
Enter = Function[[Ptr[VM]], i64]


@struct
class Edge:
    """What native code knows of one runtime's side in Python.

    `vm` is null when it is closed; with `is_open`, calls from Python may be done here. `steps` is the limit of each
    run; `began` is how many were granted before the present one, for the driver if it goes on with it. `enter` is an
    address, `service` the number of the service that all functions of Python are. Then
    three classes, and functions of Python: for calls and fields of any kind, for runs that are to go on, for
    conversions that are not plain, for exceptions, to flush the output.
    """

    vm: Ptr[VM]
    is_open: i64
    steps: i64
    began: i64
    enter: i64
    service: i64
    function_class: i64
    table_class: i64
    object_class: i64
    call: i64
    get: i64
    set: i64
    go_on: i64
    to_lua: i64
    to_python: i64
    failed: i64
    flush: i64
    api: PythonApi


lua.structs = (*lua.structs, Edge)  # which the driver fills


@struct
class Holder:
    """What the slot `native` of an object of the runtime in Python holds."""

    edge: Ptr[Edge]
    value: i64


@inline
def edge_of(vm: Ptr[VM]) -> Ptr[Edge]:
    """The edge of a VM, which has one."""
    return pointer(Ptr[Edge], vm.edge)


@inline
def holder_of(object: i64) -> Ptr[Holder]:
    """The holder of an instance of one of the three classes; null if it was made without `__init__`."""
    holder = null(Ptr[Holder])
    bytes = pointer(Ptr[i64], object + NATIVE_SLOT)[0]
    if bytes != 0:
        holder = pointer(Ptr[Holder], bytes + BYTES_START)
    return holder


@kernel
def to_value(edge: Ptr[Edge], object: i64) -> tuple[i64, bool]:
    """The value that an object is, without Python's help; and whether it is one."""
    kind = type_of(object)
    if kind == edge.function_class or kind == edge.table_class or kind == edge.object_class:
        holder = holder_of(object)
        if holder == null(Ptr[Holder]):
            return NIL, False
        return holder.value, holder.edge == edge
    return value_of(edge.api, edge.vm.heap, object)


@kernel
def to_object(edge: Ptr[Edge], value: i64) -> i64:
    """The object that a value is; NOTHING if Python raised an exception."""
    found = object_from(edge.api, value)
    if found == NOTHING:
        cast(Function[[], i64], pointer(Ptr[u8], edge.api.PyErr_Clear))()
        found = called_with_number(edge.api, edge.to_python, value)
    return found


@kernel
def results_of(edge: Ptr[Edge], results: Ptr[i64], count: i64) -> i64:
    """What a call returns to Python: None, one object, or a tuple; NOTHING if Python raised an exception."""
    api = edge.api
    if count == 0:
        return kept(api, api.none)
    if count == 1:
        return to_object(edge, results[0])
    made = cast(Take1, pointer(Ptr[u8], api.PyTuple_New))(count)
    at = 0
    while at < count and made != NOTHING:
        object = to_object(edge, results[at])
        if object == NOTHING:
            let_go(api, made)
            return NOTHING
        cast(Take3, pointer(Ptr[u8], api.PyTuple_SetItem))(made, at, object)
        at += 1
    return made


# --- Python calls the guest -----------------------------------------------------------------------------------------


@lua.entry
def python_call(itself: i64, arguments: Ptr[i64], count: i64) -> i64:
    """The method `__call__` of functions: a C function that Python calls."""
    holder = holder_of(itself)
    if holder == null(Ptr[Holder]):
        return NOTHING
    edge = holder.edge
    if edge.is_open != 0 and count <= MOST_PLAIN:
        if i64(edge.vm.level) == 0 and not wants_collection(edge.vm.heap):
            base = lay_frame(edge.vm, holder.value)
            plain = True
            at = 0
            while at < count and plain:
                base[at], plain = to_value(edge, arguments[at])
                at += 1
            if plain:
                return run(edge, count)
    return call_slowly(edge, itself, arguments, count)


@inline
def lay_frame(vm: Ptr[VM], function: i64) -> Ptr[i64]:
    """The frame of a function that is called outside of all others; its base."""
    below = vm.heap.current.stack + FRAME_CELLS
    below[FUNCTION] = 0
    below[CALLER] = 0
    below[LINK] = 0
    base = below + FRAME_CELLS
    base[FUNCTION] = function
    base[CALLER] = address(vm.stubs[STUB_DONE])
    base[LINK] = FRAME_CELLS * 8
    vm.context.saved[BASE] = address(base)
    vm.context.saved[PC] = address(code_of(function))
    return base


@kernel
def run(edge: Ptr[Edge], count: i64) -> i64:
    """Run what `lay_frame` has prepared, with so many arguments: what it returns to Python. If it does not end within
    QUICK_STEPS, Python goes on with it."""
    vm = edge.vm
    vm.context.saved[COUNT] = count
    edge.began = vm.context.granted
    steps = min(QUICK_STEPS, edge.steps)
    vm.context.saved[BUDGET] += steps
    vm.context.granted += steps
    vm.level = 1
    main = vm.heap.current
    reason = serve(edge, False)
    if reason != DONE:
        found = called_with_number(edge.api, edge.go_on, reason)
        if found == NOTHING and i64(vm.level) != 0:  # Python had no room even to give the run up
            abandon(vm, address(main), main.stack + FRAME_CELLS)
            vm.level = 0
        return found
    vm.context.granted -= vm.context.saved[BUDGET]  # what is left is taken back
    vm.context.saved[BUDGET] = 0
    found = vm.context.saved[COUNT]
    made = results_of(edge, pointer(Ptr[i64], vm.context.saved[BASE]), found)
    vm.level = 0
    if vm.library.output.length > 0:
        return flushed(edge, made)
    return made


@kernel
def flushed(edge: Ptr[Edge], made: i64) -> i64:
    """What a call returns, after what was printed is written."""
    if made == NOTHING:
        return made
    found = called(edge.api, edge.flush, local(i64), 0)
    if found == NOTHING:
        let_go(edge.api, made)
        return NOTHING
    let_go(edge.api, found)
    return made


@kernel
def call_slowly(edge: Ptr[Edge], itself: i64, arguments: Ptr[i64], count: i64) -> i64:
    """The same by Python: it gets the function and a tuple."""
    api = edge.api
    both = cast(Ptr[i64], local(Array[i64, 2]))
    both[0] = itself
    both[1] = cast(Take1, pointer(Ptr[u8], api.PyTuple_New))(count)
    if both[1] == NOTHING:
        return NOTHING
    at = 0
    while at < count:
        cast(Take3, pointer(Ptr[u8], api.PyTuple_SetItem))(both[1], at, kept(api, arguments[at]))
        at += 1
    found = called(api, edge.call, both, 2)
    let_go(api, both[1])
    return found


# --- fields of tables -----------------------------------------------------------------------------------------------


@inline
def plain_table(itself: i64) -> Ptr[Table]:
    """The table that an object is, if it has no metatable, and its runtime is not closed; else null."""
    table = null(Ptr[Table])
    holder = holder_of(itself)
    if holder != null(Ptr[Holder]):
        if holder.edge.vm != null(Ptr[VM]):
            table = cast(Ptr[Table], object_of(holder.value))
            if table.metatable != null(Ptr[Table]):
                table = null(Ptr[Table])
    return table


@lua.entry
def python_get(itself: i64, arguments: Ptr[i64], count: i64) -> i64:
    """The method `__getitem__` of tables."""
    table = plain_table(itself)
    if table != null(Ptr[Table]) and count == 1:
        edge = holder_of(itself).edge
        key, plain = to_value(edge, arguments[0])
        if plain:
            found = table_get(edge.vm.heap, table, key)
            if found != NIL:
                return to_object(edge, found)
    return method_slowly(itself, arguments, count, 0)


@lua.entry
def python_set(itself: i64, arguments: Ptr[i64], count: i64) -> i64:
    """The method `__setitem__` of tables."""
    table = plain_table(itself)
    if table != null(Ptr[Table]) and count == 2:
        edge = holder_of(itself).edge
        if not wants_collection(edge.vm.heap):
            key, plain = to_value(edge, arguments[0])
            value, also = to_value(edge, arguments[1])
            if plain and also:
                if table_set(edge.vm.heap, table, key, value) == OK:
                    return kept(edge.api, edge.api.none)
    return method_slowly(itself, arguments, count, 1)


@kernel
def method_slowly(itself: i64, arguments: Ptr[i64], count: i64, is_set: i64) -> i64:
    """The same by Python, for what is not plain."""
    holder = holder_of(itself)
    if holder == null(Ptr[Holder]) or count > 2:
        return NOTHING
    all = cast(Ptr[i64], local(Array[i64, 3]))
    all[0] = itself
    at = 0
    while at < count:
        all[at + 1] = arguments[at]
        at += 1
    method = holder.edge.get
    if is_set != 0:
        method = holder.edge.set
    return called(holder.edge.api, method, all, count + 1)


# --- the guest calls Python -----------------------------------------------------------------------------------------


@lua.entry
def enter_serving(vm: Ptr[VM]) -> i64:
    """`enter` for a VM with an edge: comes back for another reason than a call of a function of Python that goes well.
    The caller does not hold the GIL."""
    return serve(edge_of(vm), True)


@kernel
def serve(edge: Ptr[Edge], free: bool) -> i64:
    """Enter, and call functions of Python, until native code comes back for another reason. `free`: the GIL is."""
    vm = edge.vm
    reason: i64 = 0
    while True:
        reason = cast(Enter, pointer(Ptr[u8], edge.enter))(vm)
        if reason != UPCALL:
            return reason
        native = cast(Ptr[Native], object_of(pointer(Ptr[i64], vm.context.saved[BASE])[FUNCTION]))
        count = vm.context.saved[COUNT]
        if native.number != edge.service or count > MOST_PLAIN or has_to_finalize(vm.heap):
            return reason
        if wants_collection(vm.heap):
            vm.heap.current.top = pointer(Ptr[i64], vm.context.saved[BASE]) + count
            step(vm.heap, 0)
        function = address_in(cast(Ptr[i64], cast(Ptr[u8], native) + NATIVE_VALUES)[1])
        if free:
            state = cast(Function[[], i64], pointer(Ptr[u8], edge.api.PyGILState_Ensure))()
            done = call_python(edge, function, count)
            cast(Take1, pointer(Ptr[u8], edge.api.PyGILState_Release))(state)
        else:
            done = call_python(edge, function, count)
        if not done:
            return RAISED


@kernel
def call_python(edge: Ptr[Edge], function: i64, count: i64) -> bool:
    """Call a function of Python with the arguments on the stack, and return for it. False: it raised an exception,
    which Python has got."""
    vm = edge.vm
    api = edge.api
    base = pointer(Ptr[i64], vm.context.saved[BASE])
    objects = cast(Ptr[i64], local(Array[i64, MOST_PLAIN]))
    found: i64 = NOTHING
    made = 0
    while made < count:
        objects[made] = to_object(edge, base[made])
        if objects[made] == NOTHING:
            break
        made += 1
    if made == count:
        kept(api, function)  # nobody else may hold it while it runs
        found = called(api, function, objects, count)
        let_go(api, function)
    while made > 0:
        made -= 1
        let_go(api, objects[made])
    done = False
    if found != NOTHING:
        done = give_back(edge, found)
        let_go(api, found)
    if not done:
        fail(edge)
    return done


@kernel
def give_back(edge: Ptr[Edge], object: i64) -> bool:
    """Return from a function of Python what it returned. False: there is an exception."""
    vm = edge.vm
    count = 1
    value: i64 = NIL
    if object == edge.api.none:
        count = 0
    else:
        value, plain = to_value(edge, object)
        if not plain:  # Python puts its results on the stack
            arguments = local(i64)
            arguments[0] = object
            told = called(edge.api, edge.to_lua, arguments, 1)
            if told == NOTHING:
                return False
            let_go(edge.api, told)
            return True
    base = pointer(Ptr[i64], vm.context.saved[BASE])  # the stack may have moved
    vm.context.saved[BASE] = address(base) - link_at(base)
    vm.context.saved[COUNT] = count
    vm.context.saved[PC] = base[CALLER]
    base[FUNCTION] = value
    return True


@kernel
def fail(edge: Ptr[Edge]) -> None:
    """Give the exception that was raised to Python, which raises it where the run is served."""
    raised = local(i64)
    raised[0] = take_exception(edge.api)
    told = called(edge.api, edge.failed, raised, 1)
    if told != NOTHING:
        let_go(edge.api, told)
    else:  # Python has no room for one call more: the run ends without what was raised
        cast(Function[[], i64], pointer(Ptr[u8], edge.api.PyErr_Clear))()
    let_go(edge.api, raised[0])
