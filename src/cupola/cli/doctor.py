"""`cupola doctor`: what works on this machine and what does not, from versions to every engine."""

from __future__ import annotations

import sys

from cupola.launch import start, status, switches

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator

    # What was looked at, whether it is well, what was found.
    Finding = tuple[str, bool, str]

DESCRIPTION = "Find out what works on this machine. The exit status is 1 if something needed does not."
PACKAGES = ("llvmlite", "capstone", "prompt_toolkit", "rich", "platformdirs")
# A program for each language, a function of it, its arguments, and what it must give: a loop and a call.
PROBES = {
    "forth": (": square dup * ; : probe 0 swap 0 do i square + loop ;", "probe", (1000,), (332833500,)),
    "lua": (
        "local function square(x) return x * x end "
        "function probe(n) local s = 0 for i = 0, n - 1 do s = s + square(i) end return s end",
        "probe",
        (1000,),
        (332833500,),
    ),
}


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `cupola doctor`."""
    parser.add_argument(
        "--clear", action="store_true", help="empty the cache of compiled languages, and stop"
    )


def main(args: Namespace) -> int:
    """Look at everything and report; 1 if something is broken."""
    if args.clear:
        return clear()
    broken = 0
    for name, well, found in findings():
        broken += not well
        print(f"{'ok' if well else 'BROKEN':6}  {name:20} {found}", flush=True)
    if broken:
        print(f"\n{broken} of these must be repaired", file=sys.stderr)
    return status.GUEST_ERROR if broken else status.OK


def clear() -> int:
    """Remove what was compiled; the next use of a language compiles it again."""
    from cupola.machine.cache import Cache

    cache = Cache()
    size = cache.total_bytes()
    removed = cache.clear()
    print(f"removed {removed} compiled language(s), {size:,} bytes, from {cache.directory}")
    return status.OK


def findings() -> Iterator[Finding]:
    """Everything that is looked at, one after the other."""
    yield from versions()
    yield from machine()
    yield from cache()
    yield from engines()


def versions() -> Iterator[Finding]:
    import platform
    from importlib.metadata import PackageNotFoundError, version

    from cupola import __version__

    yield "cupola", True, __version__
    yield (
        "Python",
        True,
        f"{platform.python_version()} ({platform.python_implementation()}) at {sys.executable}",
    )
    for name in PACKAGES:
        try:
            yield name, True, version(name)
        except PackageNotFoundError:
            yield name, False, f"not installed: pip install {name}"
    try:
        from llvmlite import binding
    except (ImportError, OSError) as error:
        yield "LLVM", False, f"llvmlite cannot be imported ({error}): no language can be compiled"
    else:
        yield "LLVM", True, ".".join(map(str, binding.llvm_version_info))


def machine() -> Iterator[Finding]:
    from cupola.machine import perfmap
    from cupola.machine.cpu import cpu_key, is_supported
    from cupola.machine.errors import MachineError
    from cupola.machine.memory import CodeArena

    supported, why = is_supported()
    yield "platform", supported, why
    yield "CPU", True, f"{cpu_name()}; compiled code is kept under the key {cpu_key()}"
    try:
        arena = CodeArena(4096)
    except MachineError as error:
        yield "executable memory", False, str(error)
    else:
        yield "executable memory", True, f"below 2 GB, at {arena.executable:#x}; written through another view"
        arena.close()
    where = perfmap.path() if perfmap.enabled() else "off; CUPOLA_PERF=1 writes names for perf"
    yield "perf map", True, where


def cpu_name() -> str:
    """The processor's name, as Linux tells it."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError as error:
        return f"unknown ({error.strerror})"
    return "unknown"


def cache() -> Iterator[Finding]:
    import os

    from cupola.machine.cache import Cache

    problems: list[str] = []
    found = Cache(report=problems.append)
    kept = found.store("doctor", b"probe") and found.load("doctor") == b"probe"
    entries = [each for each in found.entries() if each.key != "doctor"]
    if kept:
        os.unlink(os.path.join(found.directory, "doctor.bin"))
    size = sum(each.size for each in entries)
    chosen = "chosen by CUPOLA_CACHE" if os.environ.get("CUPOLA_CACHE") else "CUPOLA_CACHE chooses another"
    text = f"{found.directory} ({chosen}): {len(entries)} compiled language(s), {size:,} bytes"
    yield "cache", kept, text if kept else f"{text}; {'; '.join(problems) or 'cannot be used'}"


def engines() -> Iterator[Finding]:
    """Run a small program on every tier of every language."""
    import time

    from cupola.language.limits import RunError

    for language, (source, function, arguments, expected) in PROBES.items():
        for tier in switches.TIERS:
            name = f"{language}, {tier}"
            began = time.perf_counter()
            try:
                with start.make_vm(language, tier) as vm:
                    vm.run(source)
                    found = vm.call(function, *arguments)
            except (start.StartError, status.UsageError, RunError) as error:
                yield name, False, str(error)
                continue
            took = f"{(time.perf_counter() - began) * 1000:.0f} ms"
            wrong = f"gave {found} instead of {expected}"
            yield name, found == expected, f"runs ({took})" if found == expected else wrong
