"""require and the library `package`"""

from __future__ import annotations

import os

from cupola.language.values import FALSE, NIL, STRING, TABLE, TRUE, bytes_of, tag_of
from cupola.languages.lua.driver import library
from cupola.languages.lua.driver.errors import Problem
from cupola.languages.lua.driver.library import arguments as a
from cupola.languages.lua.driver.library.calling import call_value, own_value, running_function
from cupola.languages.lua.root_numbers import REGISTRY, SYSTEM

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cupola.languages.lua.driver.vm import LuaVM

ROOT = b"/usr/local/"
SOURCES = b"%sshare/lua/5.4/" % ROOT
OBJECTS = b"%slib/lua/5.4/" % ROOT
PATH = b";".join((
    SOURCES + b"?.lua", SOURCES + b"?/init.lua", OBJECTS + b"?.lua", OBJECTS + b"?/init.lua",
    b"/usr/share/lua/5.4/?.lua", b"/usr/share/lua/5.4/?/init.lua", b"./?.lua", b"./?/init.lua",
))  # fmt: skip
C_PATH = b";".join((
    OBJECTS + b"?.so", b"/usr/lib/x86_64-linux-gnu/lua/5.4/?.so", b"/usr/lib/lua/5.4/?.so", OBJECTS + b"loadall.so",
    b"./?.so",
))  # fmt: skip
CONFIG = b"/\n;\n?\n!\n-\n"


def set_up(vm: LuaVM) -> None:
    """Make the library."""
    objects = vm.objects
    package = library.subtable(vm, objects.globals, b"package", 16)
    loaded = library.subtable(vm, objects.root(REGISTRY), b"_LOADED", 32)
    preload = library.subtable(vm, objects.root(REGISTRY), b"_PRELOAD", 4)
    for name, value in (
        (b"loaded", loaded), (b"preload", preload), (b"config", objects.string(CONFIG)),
        (b"path", objects.string(_path(b"LUA_PATH", PATH))), (b"cpath", objects.string(_path(b"LUA_CPATH", C_PATH))),
        (b"searchpath", library.function(vm, b"searchpath", search_path)),
        (b"loadlib", library.function(vm, b"loadlib", load_library)),
    ):  # fmt: skip
        objects.set(package, name, value)
    searchers = objects.table(4, 0)
    objects.set(package, b"searchers", searchers)
    for place, searcher in enumerate((search_preload, search_lua, search_c, search_c_root), 1):
        made = library.function(vm, b"searcher", searcher, [package])
        objects.set(searchers, objects.integer(place), made)
    native = objects.get(objects.get(objects.root(SYSTEM), b"_native"), b"require")
    objects.set_native_value(native, 0, library.function(vm, b"require", require, [package]))
    objects.set_native_value(native, 1, loaded)
    for name in (b"_G", *(each.encode() for each in library.ALL)):
        value = objects.get(objects.globals, name)
        if value != NIL:
            objects.set(loaded, name, value)


def _path(variable: bytes, default: bytes) -> bytes:
    """A search path: from the environment, where `;;` stands for the default."""
    for name in (variable + b"_5_4", variable):
        found = os.environb.get(name)
        if found is not None:
            if found == b";;":
                return default
            found = found.replace(b";;", b";" + default + b";")
            return found.removeprefix(b";") if found.startswith(b";" + default) else found.removesuffix(b";")
    return default


def require(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """The value of a module, which is loaded if it was not before; and what the loader was told."""
    objects = vm.objects
    name = a.name(vm, arguments, 0)
    loaded = library.subtable(vm, objects.root(REGISTRY), b"_LOADED")
    found = objects.get(loaded, name)
    if found not in (NIL, FALSE):
        return (found,)
    loader, data = _find_loader(vm, name)
    results = vm.call_inside(loader, [objects.string(name), data])
    value = results[0] if results else NIL
    if value != NIL:
        objects.set(loaded, name, value)
    elif objects.get(loaded, name) == NIL:
        value = TRUE
        objects.set(loaded, name, value)
    return objects.get(loaded, name), data


def _find_loader(vm: LuaVM, name: bytes) -> tuple[int, int]:
    """The function that loads a module, and what it is told besides the name."""
    objects = vm.objects
    searchers = objects.get(own_value(vm, running_function(vm), 0), b"searchers")
    if tag_of(searchers) != TABLE:
        raise Problem(b"'package.searchers' must be a table")
    tried = b""
    place = 1
    while True:
        searcher = objects.get(searchers, objects.integer(place))
        if searcher == NIL:
            raise Problem(b"module '%s' not found:%s" % (name, tried))
        results = call_value(vm, searcher, [objects.string(name)])
        first = results[0] if results else NIL
        if a.is_a_function(first):
            return first, results[1] if len(results) > 1 else NIL
        if tag_of(first) == STRING:
            tried += b"\n\t" + bytes_of(first)
        place += 1


def search_preload(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """The first searcher: package.preload"""
    name = a.name(vm, arguments, 0)
    preload = library.subtable(vm, vm.objects.root(REGISTRY), b"_PRELOAD")
    found = vm.objects.get(preload, name)
    if found == NIL:
        return (vm.objects.string(b"no field package.preload['%s']" % name),)
    return found, vm.objects.string(b":preload:")


def search_lua(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """The second: files of Lua in package.path"""
    from cupola.languages.lua.driver.library import loading

    name = a.name(vm, arguments, 0)
    path, tried = _search(vm, name, _field(vm, b"path"), b".", b"/")
    if path is None:
        return (vm.objects.string(tried),)
    try:
        function = loading.from_file(vm, path, b"bt", None)
    except loading.Refused as refused:
        text = b"error loading module '%s' from file '%s':\n\t%s" % (name, path, refused.message)
        raise Problem(text) from None
    return function, vm.objects.string(path)


def search_c(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """The third: libraries of C, which this Lua does not load"""
    name = a.name(vm, arguments, 0)
    path, tried = _search(vm, name, _field(vm, b"cpath"), b".", b"/")
    if path is None:
        return (vm.objects.string(tried),)
    raise Problem(b"error loading module '%s' from file '%s':\n\t%s" % (name, path, NO_LIBRARIES))


def search_c_root(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """The fourth: a library of C that has a module inside another one"""
    name = a.name(vm, arguments, 0)
    root, dot, _ = name.partition(b".")
    if not dot:
        return ()
    path, tried = _search(vm, root, _field(vm, b"cpath"), b".", b"/")
    if path is None:
        return (vm.objects.string(tried),)
    raise Problem(b"error loading module '%s' from file '%s':\n\t%s" % (name, path, NO_LIBRARIES))


NO_LIBRARIES = b"dynamic libraries not enabled; check your Lua installation"


def load_library(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """package.loadlib: no libraries of C are loaded"""
    a.text(vm, arguments, 0)
    a.text(vm, arguments, 1)
    return NIL, vm.objects.string(NO_LIBRARIES), vm.objects.string(b"absent")


def search_path(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """package.searchpath"""
    name = a.name(vm, arguments, 0)
    templates = a.name(vm, arguments, 1)
    separator = a.optional_name(vm, arguments, 2, b".")
    instead = a.optional_name(vm, arguments, 3, b"/")
    path, tried = _search(vm, name, templates, separator, instead)
    if path is None:
        return NIL, vm.objects.string(tried)
    return (vm.objects.string(path),)


def _field(vm: LuaVM, name: bytes) -> bytes:
    """A string in the table `package`, for a searcher."""
    found = vm.objects.get(own_value(vm, running_function(vm), 0), name)
    if tag_of(found) != STRING:
        raise Problem(b"'package.%s' must be a string" % name)
    return bytes_of(found)


def _search(
    vm: LuaVM, name: bytes, templates: bytes, separator: bytes, instead: bytes
) -> tuple[bytes | None, bytes]:
    """The first file that exists, and can be read; or None and what was tried."""
    from cupola.languages.lua.driver.library import access

    if separator and separator in name:
        name = name.replace(separator, instead)
    tried = []
    for template in templates.split(b";"):
        path = template.replace(b"?", name)
        try:
            access.allow(vm)
            os.close(os.open(path, os.O_RDONLY))  # a folder will do, as in lua5.4
            return path, b""
        except OSError:
            tried.append(b"no file '%s'" % path)
    return None, b"\n\t".join(tried)
