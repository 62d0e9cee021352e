"""Objects of Python in kernel code: plain ones become values, and values become objects, without any Python code.

Kernel code calls the C API by addresses, which the driver puts into a `PythonApi` (see `python_api`): an image has no
need of them. Whoever calls these functions holds the GIL. References that they return are the caller's.
"""

from __future__ import annotations

from cupola.kernel import (
    Function,
    Ptr,
    address,
    cast,
    f64,
    i32,
    i64,
    inline,
    kernel,
    local,
    null,
    pointer,
    struct,
    u8,
)
from cupola.runtime import strings
from cupola.runtime.heap.heap import Heap
from cupola.runtime.objects import String
from cupola.runtime.values import (
    FALSE,
    NIL,
    STRING,
    TRUE,
    double,
    fits,
    from_double,
    integer,
    is_double,
    is_integer,
    object_of,
    payload,
    reference,
    tag_of,
)

TYPE_PLACE = 1  # the cell of an object that leads to its type
NOTHING = 0  # no object

Take1 = Function[[i64], i64]
Take2 = Function[[i64, i64], i64]
Take3 = Function[[i64, i64, i64], i64]
Take4 = Function[[i64, i64, i64, i64], i64]
ToDouble = Function[[i64], f64]
FromDouble = Function[[f64], i64]
WithOverflow = Function[[i64, Ptr[i32]], i64]


@struct
class PythonApi:
    """Addresses: of functions of the C API, of types, of objects that there is one of each, of the text that says what
    becomes of bytes that are no UTF-8. `is_text`: strings are UTF-8 for Python."""

    PyLong_AsLongLongAndOverflow: i64
    PyLong_FromLongLong: i64
    PyFloat_AsDouble: i64
    PyFloat_FromDouble: i64
    PyUnicode_AsUTF8AndSize: i64
    PyUnicode_DecodeUTF8: i64
    PyBytes_AsString: i64
    PyBytes_Size: i64
    Py_IncRef: i64
    Py_DecRef: i64
    PyObject_Vectorcall: i64
    PyTuple_New: i64
    PyTuple_SetItem: i64
    PyErr_Clear: i64
    PyErr_Fetch: i64
    PyErr_NormalizeException: i64
    PyException_SetTraceback: i64
    PyGILState_Ensure: i64
    PyGILState_Release: i64
    int_type: i64
    float_type: i64
    str_type: i64
    bytes_type: i64
    tuple_type: i64
    none: i64
    true: i64
    false: i64
    surrogateescape: i64
    is_text: i64


@struct
class Parts:
    """The parts of an exception."""

    kind: i64
    value: i64
    traceback: i64


@inline
def type_of(object: i64) -> i64:
    """The type of an object, by its address."""
    return pointer(Ptr[i64], object)[TYPE_PLACE]


@inline
def let_go(api: Ptr[PythonApi], object: i64) -> None:
    """Give a reference back."""
    cast(Take1, pointer(Ptr[u8], api.Py_DecRef))(object)


@inline
def kept(api: Ptr[PythonApi], object: i64) -> i64:
    """The object, with one reference more."""
    cast(Take1, pointer(Ptr[u8], api.Py_IncRef))(object)
    return object


@kernel
def value_of(api: Ptr[PythonApi], heap: Ptr[Heap], object: i64) -> tuple[i64, bool]:
    """The value that a plain object is, and whether it is one: None, a bool, a float, bytes, an int of 48 bits, a str
    that is UTF-8. (Or there is no memory: then Python is to find that out once more.)"""
    kind = type_of(object)
    if kind == api.int_type:
        overflow = cast(Ptr[i32], local(i64))
        number = cast(WithOverflow, pointer(Ptr[u8], api.PyLong_AsLongLongAndOverflow))(object, overflow)
        return integer(number), i64(overflow[0]) == 0 and fits(number)
    if kind == api.str_type and api.is_text != 0:
        size = local(i64)
        text = cast(Take2, pointer(Ptr[u8], api.PyUnicode_AsUTF8AndSize))(object, address(size))
        if text == NOTHING:
            cast(Function[[], i64], pointer(Ptr[u8], api.PyErr_Clear))()
            return NIL, False
        return string_of(heap, text, size[0])
    if kind == api.float_type:
        real = cast(ToDouble, pointer(Ptr[u8], api.PyFloat_AsDouble))(object)
        return from_double(real), real == real
    if object == api.none:
        return NIL, True
    if object == api.true:
        return TRUE, True
    if object == api.false:
        return FALSE, True
    if kind == api.bytes_type:
        text = cast(Take1, pointer(Ptr[u8], api.PyBytes_AsString))(object)
        length = cast(Take1, pointer(Ptr[u8], api.PyBytes_Size))(object)
        return string_of(heap, text, length)
    return NIL, False


@inline
def string_of(heap: Ptr[Heap], text: i64, length: i64) -> tuple[i64, bool]:
    """The string of some bytes, and whether there was memory for it."""
    made = strings.make_string(heap, pointer(Ptr[u8], text), length)
    return reference(STRING, address(made)), made != null(Ptr[String])


@kernel
def object_from(api: Ptr[PythonApi], value: i64) -> i64:
    """The plain object that a value is for Python; NOTHING if it is none, or there is no memory."""
    if is_integer(value):
        return cast(Take1, pointer(Ptr[u8], api.PyLong_FromLongLong))(payload(value))
    if is_double(value):
        return cast(FromDouble, pointer(Ptr[u8], api.PyFloat_FromDouble))(double(value))
    if tag_of(value) == STRING and api.is_text != 0:
        string = cast(Ptr[String], object_of(value))
        start = address(strings.string_bytes(string))
        decode = cast(Take3, pointer(Ptr[u8], api.PyUnicode_DecodeUTF8))
        return decode(start, string.length, api.surrogateescape)
    if value == NIL:
        return kept(api, api.none)
    if value == TRUE:
        return kept(api, api.true)
    if value == FALSE:
        return kept(api, api.false)
    return NOTHING


@kernel
def called(api: Ptr[PythonApi], function: i64, arguments: Ptr[i64], count: i64) -> i64:
    """What a function returns; NOTHING if it raised an exception."""
    return cast(Take4, pointer(Ptr[u8], api.PyObject_Vectorcall))(function, address(arguments), count, 0)


@kernel
def called_with_number(api: Ptr[PythonApi], function: i64, number: i64) -> i64:
    """The same with a number as the only argument."""
    argument = local(i64)
    argument[0] = cast(Take1, pointer(Ptr[u8], api.PyLong_FromLongLong))(number)
    if argument[0] == NOTHING:
        return NOTHING
    found = called(api, function, argument, 1)
    let_go(api, argument[0])
    return found


@kernel
def take_exception(api: Ptr[PythonApi]) -> i64:
    """The exception that was raised, with its traceback: it is raised no more."""
    parts = local(Parts)
    first = address(parts)
    cast(Take3, pointer(Ptr[u8], api.PyErr_Fetch))(first, first + 8, first + 16)
    cast(Take3, pointer(Ptr[u8], api.PyErr_NormalizeException))(first, first + 8, first + 16)
    if parts.traceback != NOTHING:
        cast(Take2, pointer(Ptr[u8], api.PyException_SetTraceback))(parts.value, parts.traceback)
        let_go(api, parts.traceback)
    let_go(api, parts.kind)
    return parts.value
