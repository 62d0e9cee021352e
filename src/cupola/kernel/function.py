"""What kernel code is made of and calls: kernel functions with their marks, C functions, and ways to leave.

Nothing is read or checked before `lower()` is called, so that modules of kernel functions import fast.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, NoReturn, ParamSpec, TypeVar

from cupola.kernel.layout import Namespace, RegistersType, evaluate, namespace_of
from cupola.kernel.types import FunctionType, KernelType, as_results, as_type

if TYPE_CHECKING:
    from cupola.ir.core import Declaration
    from cupola.ir.core import Function as IRFunction

P = ParamSpec("P")
R = TypeVar("R")


class Signature(NamedTuple):
    """Parameters by name, and result types. At most one parameter is a bundle of registers."""

    parameters: tuple[tuple[str, KernelType | RegistersType], ...]
    results: tuple[KernelType, ...]

    @property
    def registers(self) -> RegistersType | None:
        for _, type in self.parameters:
            if isinstance(type, RegistersType):
                return type
        return None

    def ir_parameters(self) -> list[tuple[str, KernelType]]:
        """One entry for each IR parameter: registers are expanded into their fields."""
        out: list[tuple[str, KernelType]] = []
        for name, type in self.parameters:
            if isinstance(type, RegistersType):
                out += [(f"{name}.{field}", each) for field, each in type.fields.items()]
            else:
                out.append((name, type))
        return out

    def ir_results(self) -> list[KernelType]:
        """The results, then the fields of the registers."""
        bundle = self.registers
        return [*self.results, *(bundle.fields.values() if bundle else ())]


class References(NamedTuple):
    """What a lowered function needs from its module."""

    functions: tuple[KernelFunction[Any, Any], ...]
    c_functions: tuple[CFunction, ...]
    data: dict[str, bytes]


class KernelFunction(Generic[P, R]):
    """A function in the kernel language. Called from Python, it runs as the plain Python that it also is.

    `name` is its symbol: unique, and the same in every run that makes the same functions in the same order;
    it may be set until the function is lowered. `marks` are "inline", "slow", "pure", "residual".
    """

    _taken: dict[str, int] = {}  # noqa: RUF012  # how often each name was given

    def __init__(
        self, function: Callable[P, R], marks: frozenset[str], namespace: Namespace, name: str = ""
    ) -> None:
        self.function = function
        self.marks = marks
        self.name = name or self._unique(
            f"{function.__module__}.{function.__qualname__}".replace(".<locals>", "")
        )
        self._namespace = namespace
        self._signature: Signature | None = None
        self._lowered: tuple[IRFunction, References] | None = None
        self.__doc__ = function.__doc__
        self.__name__ = function.__name__
        self.__module__ = function.__module__
        self.__wrapped__ = function

    @classmethod
    def _unique(cls, name: str) -> str:
        count = cls._taken[name] = cls._taken.get(name, 0) + 1
        return name if count == 1 else f"{name}.{count}"

    def __call__(self, *arguments: P.args, **keywords: P.kwargs) -> R:
        return self.function(*arguments, **keywords)

    @property
    def signature(self) -> Signature:
        """Parameter and result types; raises KernelError for an annotation that is missing or no type."""
        if self._signature is None:
            from cupola.kernel.lowering.signature import read_signature

            self._signature = read_signature(self)
        return self._signature

    def evaluate_annotation(self, annotation: object) -> object:
        return evaluate(annotation, self._namespace)

    def lower(self) -> IRFunction:
        """The function in IR; raises KernelError."""
        return self._lower()[0]

    @property
    def references(self) -> References:
        """The functions, C functions and data that the lowered function names."""
        return self._lower()[1]

    def _lower(self) -> tuple[IRFunction, References]:
        if self._lowered is None:
            from cupola.kernel.lowering.function import lower_function

            self._lowered = lower_function(self)
        return self._lowered

    def __repr__(self) -> str:
        return f"<kernel function {self.name}>"


def _marked(function: Callable[P, R], mark: str | None) -> KernelFunction[P, R]:
    marks = frozenset((mark,)) if mark else frozenset()
    if isinstance(function, KernelFunction):
        function.marks |= marks
        return function
    return KernelFunction(function, marks, namespace_of(2))


def kernel(function: Callable[P, R]) -> KernelFunction[P, R]:
    """Decorator: the function is kernel code."""
    return _marked(function, None)


def inline(function: Callable[P, R]) -> KernelFunction[P, R]:
    """Decorator: kernel code that is inlined wherever it is called."""
    return _marked(function, "inline")


def slow(function: Callable[P, R]) -> KernelFunction[P, R]:
    """Decorator: kernel code of a slow path: never inlined, laid out apart."""
    return _marked(function, "slow")


def pure(function: Callable[P, R]) -> KernelFunction[P, R]:
    """Decorator: the results depend on the arguments alone, and nothing else is changed, so calls may be
    merged or dropped.
    """
    return _marked(function, "pure")


def residual(function: Callable[P, R]) -> KernelFunction[P, R]:
    """Decorator: the tracing tier calls this function, and does not record what it does inside."""
    return _marked(function, "residual")


class CFunction:
    """A C function, declared by its signature. `python`, if given, stands in for it in plain Python runs."""

    def __init__(
        self,
        name: str,
        parameters: Sequence[KernelType],
        results: tuple[KernelType, ...],
        python: Callable[..., Any] | None = None,
    ) -> None:
        self.name = name
        self.parameters = tuple(parameters)
        self.results = results
        self.python = python

    def declaration(self) -> Declaration:
        from cupola.ir.core import Declaration

        return Declaration(self.name, tuple(p.ir for p in self.parameters), tuple(r.ir for r in self.results))

    def __call__(self, *arguments: Any) -> Any:
        if self.python is None:
            raise TypeError(
                f"the C function {self.name!r} cannot run in plain Python: give c_function(..., python=...)"
            )
        return self.python(*arguments)

    def __repr__(self) -> str:
        return f"<C function {self.name}>"


def c_function(
    name: str,
    parameters: Sequence[object],
    result: object = None,
    *,
    python: Callable[..., Any] | None = None,
) -> CFunction:
    """Declare the C function `name`. The signature is trusted: a wrong one crashes the process."""
    return CFunction(name, [as_type(each) for each in parameters], as_results(result), python)


class Leave:
    """A way for a guest instruction to end. A call of it in kernel code ends the block: nothing follows it.

    In IR it is `leave "name"(arguments..., every field of the function's registers)`.
    """

    def __init__(self, name: str, parameters: Sequence[object] = ()) -> None:
        self.name = name
        self.parameters = tuple(as_type(each) for each in parameters)

    def __call__(self, *arguments: object) -> NoReturn:
        raise TypeError(f"{self.name!r} leaves a guest instruction: it cannot run in plain Python")

    def __repr__(self) -> str:
        return f"<leave {self.name}>"


class Operand:
    """A kind of operand that a function can take as a parameter: in kernel code it counts as `kernel_type`.

    Any object with that attribute serves as well; this class is for those that need nothing more.
    """

    def __init__(self, name: str, kernel_type: object) -> None:
        self.name = name
        self.kernel_type = as_type(kernel_type)

    def __repr__(self) -> str:
        return self.name


def pointer_type_of(function: KernelFunction[Any, Any] | CFunction) -> FunctionType | None:
    """The type of the function's address; None for a function with registers, which C cannot call."""
    if isinstance(function, CFunction):
        return FunctionType.of(function.parameters, function.results)
    signature = function.signature
    if signature.registers is not None:
        return None
    return FunctionType.of(tuple(type for _, type in signature.ir_parameters()), signature.results)
