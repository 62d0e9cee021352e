"""LLVM, through llvmlite: text of LLVM IR -> ELF object. The only file that imports llvmlite, and only inside
functions.

Objects are made for the host CPU, with static relocation and the small code model, because all our code and
constants lie below 2 GB.

LLVM reports errors of the text, but ends the whole process on an error of code generation (an impossible
musttail, for one). `compile_modules` compiles in worker processes and turns that into a `CompileError`;
`compile_module` cannot.
"""

from __future__ import annotations

import os
import sys

from cupola.machine.errors import CompileError
from cupola.machine.tail_branches import fold_tail_branches

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from cupola.machine.llvm_pool import Progress

# The first line of a module whose functions are to end in jumps to other functions, if possible in one to the function
# that is named after it: see `tail_branches`.
FOLD_TAIL_BRANCHES = "; fold tail branches, last: "

# Handlers are short: to make a tag from its neighbour by additions takes longer than to load one more constant.
OPTIONS = ("-disable-constant-hoisting",)

__all__ = ["FOLD_TAIL_BRANCHES", "CompileError", "compile_module", "compile_modules", "versions"]


def versions() -> dict[str, str]:
    """The versions of llvmlite and of LLVM inside it."""
    import llvmlite
    from llvmlite import binding

    return {"llvmlite": llvmlite.__version__, "LLVM": ".".join(map(str, binding.llvm_version_info))}


_targets: dict[int, Any] = {}  # optimize -> LLVM's target machine, made on first use


def target_machine(optimize: int) -> Any:
    """The target machine for this CPU; `optimize` 0 to 3 as in clang's -O."""
    from llvmlite import binding

    if optimize in _targets:
        return _targets[optimize]
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    for each in OPTIONS:
        binding.set_option("", each)
    _targets[optimize] = binding.Target.from_default_triple().create_target_machine(
        cpu=binding.get_host_cpu_name(),
        features=binding.get_host_cpu_features().flatten(),
        opt=optimize,
        reloc="static",
        codemodel="small",
    )
    return _targets[optimize]


def compile_module(text: str, *, optimize: int = 2) -> bytes:
    """Compile one module of LLVM IR to an ELF object. `optimize` 0 runs no pass and LLVM's fast code
    generator; 1 to 3 as clang's -O.

    `CompileError` when LLVM does not accept the text. Not to be used on text that may end in an error of code
    generation: see above.
    """
    from llvmlite import binding

    if optimize not in range(4):
        raise ValueError(f"optimize is 0, 1, 2 or 3, not {optimize!r}")
    target = target_machine(optimize)
    # A context of its own: types and metadata of earlier modules neither pile up nor get renamed copies.
    # Module and context are closed here, in this order: the garbage collector may choose the other one, and
    # LLVM then crashes.
    with binding.create_context() as context:
        try:
            module = binding.parse_assembly(text, context=context)
        except RuntimeError as error:
            raise CompileError(explain(str(error), text)) from None
        with module:
            try:
                module.verify()
            except RuntimeError as error:
                raise CompileError(explain(str(error), text)) from None
            if optimize:
                _run_passes(module, target, optimize)
            if not text.startswith(FOLD_TAIL_BRANCHES):
                result: bytes = target.emit_object(module)
                return result
            last = text.partition("\n")[0].removeprefix(FOLD_TAIL_BRANCHES).strip()
            assembly = fold_tail_branches(target.emit_assembly(module), last)
    return _assemble(assembly, target)


def _assemble(assembly: str, target: Any) -> bytes:
    from llvmlite import binding

    binding.initialize_native_asmparser()
    escaped = "".join(
        each if " " <= each <= "~" and each not in '"\\' else f"\\{ord(each):02X}" for each in assembly
    )
    text = f'module asm "{escaped}"\n'
    with binding.create_context() as context, binding.parse_assembly(text, context=context) as module:
        result: bytes = target.emit_object(module)
    return result


def _run_passes(module: Any, target: Any, optimize: int) -> None:
    from llvmlite import binding

    options = binding.create_pipeline_tuning_options(speed_level=optimize)
    with binding.create_pass_builder(target, options) as builder, builder.getModulePassManager() as passes:
        passes.run(module, builder)


def explain(message: str, text: str) -> str:
    """LLVM's message about `text`, with the line that it speaks of, numbered, between its neighbours."""
    import re

    lines = text.split("\n")
    found = re.search(r"<string>:(\d+):(\d+): (?:error: )?(.*)", message)
    if found:
        number, column = int(found[1]), int(found[2])
        return f"LLVM IR, line {number}: {found[3]}\n{_excerpt(lines, number, column)}"
    # The verifier prints the offending instructions instead of their places.
    shown = [message.rstrip()]
    wanted = {_words(line) for line in message.splitlines() if line.startswith("  ")}
    for number, line in enumerate(lines, 1):
        if _words(line) in wanted:
            shown.append(_excerpt(lines, number, None))
            break
    return "LLVM IR verifier: " + "\n".join(shown)


def _words(line: str) -> str:
    """A line without the spacing and the comments, in which the printer and our text may differ."""
    return "".join(line.partition(";")[0].split())


def _excerpt(lines: list[str], number: int, column: int | None) -> str:
    first = max(number - 3, 0)
    shown = []
    for at, line in enumerate(lines[first : number + 1], first + 1):
        shown.append(f"{'>' if at == number else ' '} {at:5} | {line}")
        if at == number and column is not None:
            shown.append(f"  {'':5} | {' ' * (column - 1)}^")
    return "\n".join(shown)


def compile_modules(
    texts: Iterable[str],
    *,
    total: int | None = None,
    processes: int | None = None,
    progress: Progress | None = None,
    optimize: int = 2,
) -> list[bytes]:
    """Compile modules in parallel, in the order in which they come; the objects in that order too.

    A module is compiled while those behind it are still being made, if `texts` makes them one by one; `total` then
    says how many there will be at most. `processes`: how many workers (default: one for each CPU that this process may
    use); 0 compiles in this process. `progress(done, total)` is called in the calling thread after each
    module. `CompileError`, naming the module by its position, for the first that fails, also when LLVM ends its worker.
    """
    if processes is None:
        processes = len(os.sched_getaffinity(0))
    if total is None:
        texts = list(texts)
        total = len(texts)
    processes = min(processes, total)
    if (
        processes == 0 or getattr(sys, "frozen", False) or not sys.executable
    ):  # no interpreter to start a worker with
        return _compile_here(texts, total, progress, optimize)
    from cupola.machine.llvm_pool import compile_in_workers

    return compile_in_workers(texts, total, processes, progress, optimize)


def _compile_here(texts: Iterable[str], total: int, progress: Progress | None, optimize: int) -> list[bytes]:
    results = []
    for index, text in enumerate(texts):
        try:
            results.append(compile_module(text, optimize=optimize))
        except CompileError as error:
            raise CompileError(f"module {index}: {error}") from None
        if progress is not None:
            progress(index + 1, total)
    return results
