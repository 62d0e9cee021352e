"""The table of docs/collector.md, from `layouts`: `python -m cupola.runtime.heap.reference`."""

from __future__ import annotations

from cupola.runtime.heap.layouts import LAYOUTS, OWNED, Layout
from cupola.runtime.objects import KIND_NAMES


def rows() -> list[str]:
    """The lines of the table."""
    found = ["| kind | size | values | pointers | buffers of its own |", "|---|---|---|---|---|"]
    for kind, layout in LAYOUTS.items():
        name = KIND_NAMES[kind] + (" (a buffer)" if kind in OWNED else "")
        found.append(
            f"| {name} | {size(layout)} | {cell(layout, 'values', layout.values)} | "
            f"{cell(layout, 'pointers', layout.pointers)} | {names(tuple(each.field for each in layout.buffers))} |"
        )
    return found


def size(layout: Layout) -> str:
    """How long an object is."""
    if layout.item:
        return f"{layout.size} + {layout.item} n"
    return f"{layout.size} + n" if layout.length else str(layout.size)


def cell(layout: Layout, tail: str, fields: tuple[str, ...]) -> str:
    """The fields of one sort, and what follows the struct."""
    return ", ".join(each for each in (names(fields), f"n {tail}" if layout.tail == tail else "") if each)


def names(fields: tuple[str, ...]) -> str:
    return ", ".join(f"`{each}`" for each in fields)


if __name__ == "__main__":
    print("\n".join(rows()))
