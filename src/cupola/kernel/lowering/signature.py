"""Reads the parameters and results of a kernel function from its annotations."""

from __future__ import annotations

import ast
from typing import Any

from cupola.kernel.function import KernelFunction, Signature
from cupola.kernel.layout import RegistersType
from cupola.kernel.lowering.report import Reporter
from cupola.kernel.source import function_node
from cupola.kernel.types import KernelType, as_results, as_type


def read_signature(kernel: KernelFunction[Any, Any]) -> Signature:
    """The signature; raises KernelError for a parameter that has no type, or is of a kind that kernel code
    lacks.
    """
    node = function_node(kernel.function)
    report = Reporter(kernel.function)
    _check_kinds(report, node.args)
    annotations = dict(kernel.function.__annotations__)
    parameters: list[tuple[str, KernelType | RegistersType]] = []
    for each in node.args.args:
        if each.annotation is None:
            raise report.error(
                each, f"parameter {each.arg!r} has no type", help=f"write {each.arg}: i64, for example"
            )
        parameters.append((each.arg, _parameter(kernel, report, each.annotation, annotations[each.arg])))
    bundles = [place for place, (_, type) in enumerate(parameters) if isinstance(type, RegistersType)]
    if len(bundles) > 1:
        raise report.error(
            node.args.args[bundles[1]], "a function has at most one parameter that is registers"
        )
    if node.returns is None:
        return Signature(tuple(parameters), ())
    try:
        results = as_results(kernel.evaluate_annotation(annotations["return"]))
    except (TypeError, NameError, AttributeError) as error:
        raise report.error(node.returns, str(error), expected="a type of the kernel language") from None
    for result in results:
        _check_scalar(report, node.returns, result)
    return Signature(tuple(parameters), results)


def _check_kinds(report: Reporter, arguments: ast.arguments) -> None:
    for star in (arguments.vararg, arguments.kwarg):
        if star is not None:
            raise report.error(
                star, "kernel functions take no * or ** parameters", help="name each parameter"
            )
    for strange in (*arguments.posonlyargs, *arguments.kwonlyargs):
        raise report.error(
            strange,
            "kernel functions take no positional-only or keyword-only parameters",
            help="remove the / or * from the parameters",
        )
    for value in arguments.defaults:
        raise report.error(
            value, "parameters of kernel functions have no defaults", help="pass it at each call"
        )


def _parameter(
    kernel: KernelFunction[Any, Any], report: Reporter, node: ast.expr, annotation: object
) -> KernelType | RegistersType:
    try:
        found = kernel.evaluate_annotation(annotation)
        if isinstance(found, RegistersType):
            return found
        type = as_type(found)
    except (TypeError, NameError, AttributeError) as error:
        raise report.error(node, str(error), expected="a type of the kernel language") from None
    _check_scalar(report, node, type)
    return type


def _check_scalar(report: Reporter, node: ast.expr, type: KernelType) -> None:
    if type.is_aggregate:
        raise report.error(
            node,
            f"{type} lives in memory, and cannot be passed as a value",
            expected=f"Ptr[{type}]",
            found=f"{type}",
            help="pass a pointer",
        )
