"""Memory in the low 2 GB: plain (`map_low`) and for code (`CodeArena`); and memory anywhere (`map_anywhere`).

Machine code names addresses in 32 signed bits, so all code, and all data that code names, lies below 2 GB.
Code memory is one memfd mapped twice: a view to write and a view to run. No page is ever both, so a stray
write through a code address faults instead of becoming an exploit. (For `perf` it is memory without a name instead:
in files, which a memfd is one of, perf looks for no names of ours.)

Views of closed memory must not be used: like every address here, they then point to nothing.
"""

from __future__ import annotations

import _thread
import ctypes
import errno
import gc
import os
import sys

from cupola.machine import perfmap
from cupola.machine.errors import AddressTaken, MappingError

LOW_LIMIT = 1 << 31  # addresses below this fit every kind of 32-bit field, signed or not
PAGE = 4096

_PROT_READ, _PROT_WRITE, _PROT_EXEC = 1, 2, 4
_MAP_SHARED, _MAP_PRIVATE, _MAP_ANONYMOUS = 1, 2, 0x20
_MAP_32BIT, _MAP_NORESERVE, _MAP_FIXED_NOREPLACE = 0x40, 0x4000, 0x100000
_MREMAP_MAYMOVE, _MREMAP_FIXED = 1, 2
_MADV_DONTNEED, _MADV_DONTFORK, _MADV_POPULATE_WRITE = 4, 10, 23
_MFD_CLOEXEC, _MFD_EXEC = 1, 0x10
_FAILED = ctypes.c_size_t(-1).value

_libc = ctypes.CDLL(None, use_errno=True)
_mmap = _libc.mmap
_mmap.restype = ctypes.c_size_t
_mmap.argtypes = (
    ctypes.c_size_t,
    ctypes.c_size_t,
    ctypes.c_int,
    ctypes.c_int,
    ctypes.c_int,
    ctypes.c_int64,
)
_munmap = _libc.munmap
_munmap.argtypes = (ctypes.c_size_t, ctypes.c_size_t)
_mremap = _libc.mremap
_mremap.restype = ctypes.c_size_t
_mremap.argtypes = (ctypes.c_size_t, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_int, ctypes.c_size_t)
_mprotect = _libc.mprotect
_mprotect.argtypes = (ctypes.c_size_t, ctypes.c_size_t, ctypes.c_int)
_madvise = _libc.madvise
_madvise.argtypes = (ctypes.c_size_t, ctypes.c_size_t, ctypes.c_int)


def _pages(size: int) -> int:
    """`size` rounded up to whole pages; a size below 1 is the caller's mistake."""
    if size < 1:
        raise ValueError(f"memory size must be at least 1 byte, not {size}")
    return (size + PAGE - 1) & -PAGE


def _try_map(address: int, size: int, protection: int, flags: int, fd: int) -> int:
    """One mmap call: the address, or `MappingError` with the system's reason."""
    result: int = _mmap(address, size, protection, flags, fd, 0)
    if result == _FAILED:
        code = ctypes.get_errno()
        raise MappingError(code, f"mmap of {size:,} bytes: {os.strerror(code)}")
    return result


def _map_low(size: int, protection: int, flags: int, fd: int = -1) -> int:
    """Map `size` bytes (whole pages) anywhere below 2 GB.

    MAP_32BIT searches only the second gigabyte; when that is full, places in the first one are tried from the
    top, where no program lies.
    """
    if size > LOW_LIMIT:
        raise MappingError(errno.ENOMEM, f"{size:,} bytes do not fit below 2 GB: ask for less memory")
    address = _search_low(size, protection, flags, fd)
    if address is None:
        gc.collect()  # machines that nobody holds any more, but that hold themselves in a circle, still have theirs
        address = _search_low(size, protection, flags, fd)
    if address is None:
        raise MappingError(
            errno.ENOMEM,
            f"no {size:,} free bytes in a row below 2 GB: close other virtual machines of this process, "
            "or ask for less memory",
        )
    return address


def _search_low(size: int, protection: int, flags: int, fd: int) -> int | None:
    """Map in the second gigabyte, or else in the first; None when neither has room."""
    try:
        address = _try_map(0, size, protection, flags | _MAP_32BIT, fd)
    except MappingError as error:
        if error.code != errno.ENOMEM:
            raise
    else:
        if address + size <= LOW_LIMIT:
            return address
        _munmap(address, size)
    step = 16 << 20
    for wanted in range((LOW_LIMIT // 2 - size) & -step, 4 * step, -step):
        try:
            return _map_at(wanted, size, protection, flags, fd)
        except AddressTaken:
            continue
    return None


def _map_at(address: int, size: int, protection: int, flags: int, fd: int) -> int:
    """Map at exactly `address`, or raise `AddressTaken`; nothing that lies there is ever replaced."""
    try:
        result = _try_map(address, size, protection, flags | _MAP_FIXED_NOREPLACE, fd)
    except MappingError as error:
        if error.code in (errno.EEXIST, errno.EPERM, errno.ENOMEM, errno.EINVAL):
            raise AddressTaken(
                errno.EEXIST,
                f"{size:,} bytes at {address:#x} are not free: {error}",
            ) from None
        raise
    if result != address:  # kernels before 4.17 take the flag for a mere hint
        _munmap(result, size)
        raise AddressTaken(errno.EEXIST, f"{size:,} bytes at {address:#x} are not free")
    return address


class LowMemory:
    """Anonymous, zeroed, read-write memory below 2 GB. `address` and `size` (bytes, whole pages); pages cost
    memory only once touched.

    `at` asks for a certain address, for contents that were made for it; `AddressTaken` when something lies there.
    """

    __slots__ = ("_view", "address", "size")

    def __init__(self, size: int, *, at: int | None = None) -> None:
        self.address = 0  # `close` runs also when a line below fails
        self._view: memoryview | None = None
        self.size = _pages(size)
        protection = _PROT_READ | _PROT_WRITE
        flags = _MAP_PRIVATE | _MAP_ANONYMOUS | _MAP_NORESERVE
        if at is None:
            self.address = _map_low(self.size, protection, flags)
        else:
            _check_place(at, self.size)
            self.address = _map_at(at, self.size, protection, flags, -1)

    def read(self, offset: int, size: int) -> bytes:
        """`size` bytes from `offset` on."""
        self._check(offset, size)
        return ctypes.string_at(self.address + offset, size)

    def write(self, offset: int, data: bytes | bytearray | memoryview) -> None:
        """Copy `data` to `offset`."""
        self._check(offset, len(data))
        self.view[offset : offset + len(data)] = data

    @property
    def view(self) -> memoryview:
        """The whole memory as writable bytes. Not to be used after `close`."""
        if self._view is None:
            self._check(0, 0)
            self._view = memoryview((ctypes.c_ubyte * self.size).from_address(self.address)).cast("B")
        return self._view

    def decommit(self, offset: int = 0, size: int | None = None) -> None:
        """Give pages back to the system; they read as zero afterwards. `offset` and `size` in bytes, whole
        pages.
        """
        size = self.size - offset if size is None else size
        self._check(offset, size)
        if offset % PAGE or size % PAGE:
            raise ValueError(
                f"decommit works on whole pages of {PAGE} bytes, not on {size} bytes at {offset}"
            )
        if _madvise(self.address + offset, size, _MADV_DONTNEED):
            raise MappingError(ctypes.get_errno(), "madvise(MADV_DONTNEED) failed")

    def close(self) -> None:
        """Unmap. Addresses and views of this memory are invalid from here on; a second call does nothing."""
        if self._view is not None:
            self._view.release()
            self._view = None
        if self.address:
            _munmap(self.address, self.size)
            self.address = 0

    def __del__(self) -> None:
        # At exit, threads may still run native code on this memory: the system frees it better than we do.
        if not sys.is_finalizing():
            self.close()

    def _check(self, offset: int, size: int) -> None:
        if not self.address:
            raise MappingError(errno.EFAULT, "this memory is closed")
        if offset < 0 or size < 0 or offset + size > self.size:
            raise IndexError(f"{size} bytes at offset {offset} leave this memory of {self.size} bytes")


def map_low(size: int, *, at: int | None = None) -> LowMemory:
    """At least `size` bytes of zeroed memory below 2 GB, at the address `at` if one is given, or `MappingError`."""
    return LowMemory(size, at=at)


class WideMemory(LowMemory):
    """The same as `LowMemory`, but anywhere in the address space: for data that no code names by its address."""

    __slots__ = ()

    def __init__(self, size: int) -> None:
        self.address = 0
        self._view = None
        self.size = _pages(size)
        flags = _MAP_PRIVATE | _MAP_ANONYMOUS | _MAP_NORESERVE
        self.address = _try_map(0, self.size, _PROT_READ | _PROT_WRITE, flags, -1)


def map_anywhere(size: int) -> WideMemory:
    """At least `size` bytes of zeroed memory, of which pages cost nothing until they are touched, or
    `MappingError`.
    """
    return WideMemory(size)


def _check_place(address: int, size: int) -> None:
    """Raise ValueError for an address that low memory of `size` bytes cannot have."""
    if address % PAGE or not PAGE <= address <= LOW_LIMIT - size:
        raise ValueError(
            f"low memory lies on a page border below 2 GB: {size:,} bytes at {address:#x} do not"
        )


def _code_file(size: int) -> int:
    """A memfd of `size` bytes whose pages may be executed."""
    try:
        try:
            fd = os.memfd_create("cupola-code", _MFD_CLOEXEC | _MFD_EXEC)
        except OSError as error:
            if error.errno != errno.EINVAL:  # EINVAL: before Linux 6.3 the flag is unknown, and not needed
                raise
            fd = os.memfd_create("cupola-code", _MFD_CLOEXEC)
    except OSError as error:
        raise MappingError(error.errno or 0, _forbidden(f"memfd_create: {error.strerror}")) from None
    try:
        os.ftruncate(fd, size)
    except OSError as error:
        os.close(fd)
        raise MappingError(error.errno or 0, f"code memory of {size:,} bytes: {error.strerror}") from None
    return fd


def _forbidden(reason: str) -> str:
    return (
        f"this system gives no executable memory ({reason}). Cupola makes machine code while it runs: "
        "allow it (sysctl vm.memfd_noexec=0, SELinux execmem, a seccomp profile with memfd_create)"
    )


class CodeArena:
    """Code memory: `writable` and `executable` are the base addresses of two views of the same `size` bytes,
    both below 2 GB.

    `at` asks for a certain executable address, for an image linked earlier; `AddressTaken` when something
    lies there. A forked child keeps the code, but not the writable view: it shares these pages with its
    parent and must not write to them.
    """

    __slots__ = ("_lock", "_owner", "executable", "size", "used", "writable")

    def __init__(self, size: int, *, at: int | None = None) -> None:
        self.writable = self.executable = self.used = 0  # `close` runs also when a line below fails
        self.size = _pages(size)
        self._lock = _thread.allocate_lock()
        self._owner = os.getpid()
        if at is not None:
            _check_place(at, self.size)
        try:
            if perfmap.enabled():
                self._map_nameless(at)
            else:
                self._map_file(at)
            if _madvise(self.writable, self.size, _MADV_DONTFORK):
                raise MappingError(ctypes.get_errno(), "madvise(MADV_DONTFORK) failed")
        except MappingError:
            self.close()
            raise

    def _map_file(self, at: int | None) -> None:
        fd = _code_file(self.size)
        try:
            self._map(fd, at)
        finally:
            os.close(fd)

    def _map_nameless(self, at: int | None) -> None:
        """Both views without a file: the second one is a copy of the mapping, which mremap makes of shared memory."""
        flags, both = _MAP_SHARED | _MAP_ANONYMOUS, _PROT_READ | _PROT_WRITE
        if at is None:
            self.executable = _map_low(self.size, both, flags)
        else:
            self.executable = _map_at(at, self.size, both, flags, -1)
        self.writable = _map_low(self.size, 0, _MAP_PRIVATE | _MAP_ANONYMOUS | _MAP_NORESERVE)
        moved = _mremap(self.executable, 0, self.size, _MREMAP_MAYMOVE | _MREMAP_FIXED, self.writable)
        if moved != self.writable:
            raise MappingError(ctypes.get_errno(), "mremap, which makes the second view, failed")
        if _mprotect(self.executable, self.size, _PROT_READ | _PROT_EXEC):
            raise MappingError(ctypes.get_errno(), _forbidden("mprotect failed"))

    def _map(self, fd: int, at: int | None) -> None:
        run = _PROT_READ | _PROT_EXEC
        try:
            if at is None:
                self.executable = _map_low(self.size, run, _MAP_SHARED, fd)
            else:
                self.executable = _map_at(at, self.size, run, _MAP_SHARED, fd)
        except MappingError as error:
            if error.code in (errno.EPERM, errno.EACCES):
                raise MappingError(error.code, _forbidden(str(error))) from None
            raise
        self.writable = _map_low(self.size, _PROT_READ | _PROT_WRITE, _MAP_SHARED, fd)

    def contains(self, address: int) -> bool:
        """Whether an executable address lies here."""
        return self.executable <= address < self.executable + self.size

    def allocate(self, size: int, align: int = 16) -> int:
        """Reserve `size` bytes; the offset, a multiple of `align` (a power of two). `MappingError` when the
        arena is full.
        """
        if size < 0 or align < 1 or align & (align - 1):
            raise ValueError(f"cannot allocate {size} bytes aligned to {align}")
        with self._lock:
            offset = (self.used + align - 1) & -align
            if offset + size > self.size:
                raise MappingError(
                    errno.ENOMEM,
                    f"the code arena of {self.size:,} bytes is full: {self.used:,} used, {size:,} wanted",
                )
            self.used = offset + size
        return offset

    def write(self, offset: int, data: bytes | bytearray) -> None:
        """Copy `data` to `offset` through the writable view."""
        self._check(offset, len(data))
        if os.getpid() != self._owner:
            raise MappingError(errno.EPERM, "a forked child shares its parent's code and must not change it")
        ctypes.memmove(self.writable + offset, bytes(data), len(data))

    def read(self, offset: int, size: int) -> bytes:
        """`size` bytes from `offset` on."""
        self._check(offset, size)
        return ctypes.string_at(self.executable + offset, size)

    def prepare(self, size: int) -> None:
        """Have the first `size` bytes ready to be written: the system finds pages when they are first touched, and
        takes longer for one than a compiler for the code in it. Where that cannot be done (Linux before 5.14), nothing
        is.
        """
        self._check(0, size)
        _madvise(self.writable, _pages(size), _MADV_POPULATE_WRITE)

    def close(self) -> None:
        """Unmap both views; nothing may run, or later return into, this code. A second call does nothing."""
        if (
            self.writable and os.getpid() == self._owner
        ):  # a child never got this view: its address may be reused
            _munmap(self.writable, self.size)
        if self.executable:
            _munmap(self.executable, self.size)
        self.writable = self.executable = 0

    def __del__(self) -> None:
        if not sys.is_finalizing():
            self.close()

    def _check(self, offset: int, size: int) -> None:
        if not self.executable:
            raise MappingError(errno.EFAULT, "this code arena is closed")
        if offset < 0 or size < 0 or offset + size > self.size:
            raise IndexError(f"{size} bytes at offset {offset} leave the code arena of {self.size} bytes")
