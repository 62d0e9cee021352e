"""Room for code: pieces of a memory, taken and given back.

Pieces come first from gaps that were given back, then from the end of what was ever in use. The gaps that came last are
tried first, and only a few of them: what takes and gives pieces of one size, as a program does that loads many short
texts, finds one at once. Now and then gaps that are neighbours become one.
"""

from __future__ import annotations

TRIES = 8  # gaps that are looked at before the end of what was in use is
FEW = 64  # gaps that need not be joined


class Room:
    """The addresses from `start` to `end`. Those from `top` on were not in use yet; `gaps` are pieces before it that
    are free: their first addresses and ends."""

    __slots__ = ("_many", "end", "gaps", "start", "top")

    def __init__(self, start: int, end: int) -> None:
        self.start = self.top = start
        self.end = end
        self.gaps: list[tuple[int, int]] = []
        self._many = FEW

    @property
    def used(self) -> int:
        """How many bytes are in use."""
        return self.top - self.start - sum(end - start for start, end in self.gaps)

    def take(self, size: int) -> int | None:
        """The address of a piece of so many bytes; None if there is none."""
        found = self._from_gaps(size, TRIES)
        if found is None and self.end - self.top < size:
            self._join()
            found = self._from_gaps(size, len(self.gaps))
        if found is None and self.end - self.top >= size:
            found = self.top
            self.top += size
        return found

    def give(self, start: int, size: int) -> None:
        """Give a piece back, or a part of one."""
        if size:
            self.gaps.append((start, start + size))
        if len(self.gaps) > self._many:
            self._join()

    def take_largest(self) -> tuple[int, int] | None:
        """The largest gap, its first address and its end; None if there are no gaps."""
        self._join()
        return self.gaps.pop() if self.gaps else None

    def _from_gaps(self, size: int, tries: int) -> int | None:
        """A piece of one of the gaps, which are tried from the last one on."""
        gaps = self.gaps
        for place in range(len(gaps) - 1, max(len(gaps) - 1 - tries, -1), -1):
            start, end = gaps[place]
            if end - start > size:
                gaps[place] = start + size, end
                return start
            if end - start == size:
                del gaps[place]
                return start
        return None

    def _join(self) -> None:
        """Let neighbours become one, and the last one a part of what was not in use; the largest stand last then."""
        joined: list[tuple[int, int]] = []
        for start, end in sorted(self.gaps):
            if joined and joined[-1][1] == start:
                joined[-1] = joined[-1][0], end
            else:
                joined.append((start, end))
        if joined and joined[-1][1] == self.top:
            self.top = joined.pop()[0]
        joined.sort(key=lambda gap: gap[1] - gap[0])
        self.gaps = joined
        self._many = 2 * len(joined) + FEW
