"""The IR modules of a language, ready for the code generator: handlers, stencils, loops, runtime functions.

Every function that the instructions call stands in the runtime modules; handlers and stencils have what is marked
`inline` inside them, and only declare the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, count, islice
from typing import Any

from cupola.ir.builder import Builder
from cupola.ir.clone import copy_function
from cupola.ir.core import Declaration, Function, Module
from cupola.ir.passes import optimize
from cupola.kernel import KernelFunction, collect
from cupola.tiers.baseline import compiler
from cupola.tiers.baseline.holes import Expressions, punch
from cupola.tiers.definition.language import Language
from cupola.tiers.endings import TO, StencilEnding
from cupola.tiers.expand import expand, handler_arguments
from cupola.tiers.interpreter import loops, threaded
from cupola.tiers.pinned import drop, pin
from cupola.tiers.variants import Plan, VariantPlan

EVALUATE = "operand_expression"
STENCIL = "stencil "
EARLY = 6  # modules that keep the code generator busy while the kernel functions are optimized
CHUNK = 150  # functions in a module: enough modules for every core, few enough to share LLVM's start-up


class Modules:
    """Everything that is compiled for a language; building it lowers all of the language's kernel code."""

    def __init__(self, language: Language) -> None:
        language.check()
        self.language = language
        self.plan = Plan(language)
        self.expressions = Expressions()
        toolkit: list[KernelFunction[Any, Any]] = [
            compiler.code_bound,
            compiler.count_instructions,
            compiler.compile_code,
            compiler.compile_aligned,
            compiler.compile_unit,
            compiler.count_loops,
        ]
        bodies = [each.function for each in language.instructions]
        self.pool = collect(
            language.name,
            [*bodies, *language.slow_paths, *language.entries, *language.exports.values(), *toolkit],
        )
        self._names = {each.name for each in bodies}
        for each in language.instructions:
            optimize(each.ir(), module=self.pool)
        self.signature = tuple(type for _, type in language.signature)

    def __iter__(self) -> Iterator[Module]:
        """All modules, each made when it is asked for, as the code generator works while the next ones are made: a few
        that are made quickly, those that take it longest, the others."""
        stencils = self.stencils()
        yield from islice(stencils, EARLY)
        yield self.kernel()
        yield from self.loops()
        yield from stencils
        yield from self.handlers()
        yield self.runtime()

    def __len__(self) -> int:
        variants = sum(not each.step for each in self.plan.variants)
        stubs = self.language.cache + 2
        return 4 + -(-variants // CHUNK) + -(-(variants + stubs) // CHUNK)

    # --- handlers and stencils --------------------------------------------------------------------------------------

    def handlers(self) -> Iterator[Module]:
        """The threaded handlers of all variants."""
        made = (threaded.handler(self.language, each) for each in self.plan.variants if not each.step)
        return self._chunks("handlers", made)

    def stencils(self) -> Iterator[Module]:
        """The stencils of all variants, and the stubs between native and guest code; numbers the expressions."""
        made = (self._stencil(each) for each in self.plan.variants if not each.step)
        bails = (self._bail_stub(state) for state in range(self.language.cache + 1))
        return self._chunks("stencils", chain(made, bails, [self._goto_stub()]), holes=True)

    def one(self, name: str, *, stencil: bool) -> Module:
        """The handler, or the stencil, of one variant by its name, in a module of its own: for people to read."""
        variant = next(each for each in self.plan.variants if each.name == name)
        made = self._stencil(variant) if stencil else threaded.handler(self.language, variant)
        return self._module(name, [made], holes=stencil)

    def _stencil(self, variant: VariantPlan) -> Function:
        function, frame = threaded.new_handler(self.language, STENCIL + variant.name, variant.state_in)
        del frame.fields["pc"]
        builder = Builder(function)
        ending = StencilEnding(self.language)
        frame.fields["pc"] = ending.pc(builder, 0, frame)
        if variant.cold:
            arguments = handler_arguments(builder, self.language, frame)
            builder.end("tail_call", arguments, symbol=variant.name)
        else:
            sequence = [each.native or each for each in variant.sequence]
            expand(builder, sequence, frame, variant.state_out, ending)
            pin(function, self.language)
            drop(function, self.language, sequence)
        return function

    def _bail_stub(self, state: int) -> Function:
        """Where a stencil gives up: load the pc, and run the instruction by its plain handler."""
        function, frame = threaded.new_handler(self.language, f"{STENCIL}bail {state}", state)
        builder = Builder(function)
        frame.fields["pc"] = StencilEnding(self.language).pc(builder, 0, frame)
        builder.end("tail_call", handler_arguments(builder, self.language, frame), symbol=f"bail_{state}")
        return function

    def _goto_stub(self) -> Function:
        """From native code to guest code that is not compiled (yet): the canonical number of cells is cached."""
        name = STENCIL + "goto"
        function, frame = threaded.new_handler(self.language, name, self.language.canonical)
        builder = Builder(function)
        ending = StencilEnding(self.language)
        ending.jump(builder, frame, ending.pc(builder, 0, frame), None)
        return function

    # --- the rest ---------------------------------------------------------------------------------------------------

    def loops(self) -> Iterator[Module]:
        """The switch interpreter, and the table interpreter with its functions."""
        yield self._module("switch", [loops.switch_loop(self.language)])
        functions = [loops.table_function(self.language, each) for each in self.language.instructions]
        yield self._module("table", [*functions, loops.table_loop(self.language)])

    def kernel(self) -> Module:
        """The C functions that instructions, slow paths and entries call, and the entries themselves."""
        module = Module("kernel")
        for function in [each for each in self.pool.functions.values() if self._is_plain(each)]:
            module.add(function)
            optimize(function, module=self.pool)
        self._complete(module)
        return module

    def runtime(self) -> Module:
        """Slow paths, the ways into and out of guest code, and the expressions of holes; after `stencils`."""
        made = [*threaded.lead_ins(self.language), self.expressions.evaluator(EVALUATE)]
        for path in self.language.slow_paths:
            body = copy_function(path.lower(), path.name)
            optimize(body, module=self.pool)
            made.append(threaded.slow_handler(self.language, path, body))
        return self._module("runtime", made)

    def _is_plain(self, function: Function) -> bool:
        """Whether a function of the pool is compiled as a C function of its own."""
        slow = {each.name for each in self.language.slow_paths}
        return "inline" not in function.marks and function.name not in self._names | slow

    def _chunks(self, name: str, functions: Iterable[Function], *, holes: bool = False) -> Iterator[Module]:
        rest = iter(functions)
        for number in count():
            part = list(islice(rest, CHUNK))
            if not part:
                return
            yield self._module(f"{name}{number}", part, holes=holes)

    def _module(self, name: str, functions: Iterable[Function], *, holes: bool = False) -> Module:
        module = Module(name)
        for function in functions:  # their parts are optimized already, the whole is LLVM's business
            if holes:
                punch(function, module, self.expressions)
                for each in function.instructions():
                    if each.symbol.startswith(TO):
                        self.expressions.target(each.symbol.removeprefix(TO))
            module.add(function)
        self._complete(module)
        return module

    def _complete(self, module: Module) -> None:
        """Declare what the functions of a module refer to and do not find in it."""
        for function in list(module.functions.values()):
            for each in function.instructions():
                name = each.symbol
                if each.operation.name not in ("call", "tail_call", "symbol") or name in module.functions:
                    continue
                if name in self.pool.data:
                    module.data[name] = self.pool.data[name]
                elif name not in module.holes:
                    module.declare(self._declaration(name))

    def _declaration(self, name: str) -> Declaration:
        if name in self.pool.declarations:
            return self.pool.declarations[name]
        function = self.pool.functions.get(name)
        slow = {each.name for each in self.language.slow_paths}
        if function is not None and name not in slow:
            types = tuple(each.type for each in function.parameters)
            return Declaration(name, types, function.results)
        return Declaration(name, self.signature, (), "handler")
