"""Lark beside lua5.4: fib of 27, and a sieve of a million numbers in a table. Milliseconds, the best of some runs.

python bench/lark.py
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # for `examples`

from examples.languages.lark.vm import LarkVM

RUNS = 5
LARK = """
(define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
(define (sieve n)
  (define t (list))
  (define i 1)
  (define count 0)
  (while (<= i n) (put t i true) (set! i (+ i 1)))
  (set! i 2)
  (while (<= i n)
    (if (get t i)
      (do
        (set! count (+ count 1))
        (define k (+ i i))
        (while (<= k n) (put t k false) (set! k (+ k i)))))
    (set! i (+ i 1)))
  count)
"""
LUA = """
local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
local function sieve(n)
  local t, count, i = {}, 0, 1
  while i <= n do t[i] = true; i = i + 1 end
  i = 2
  while i <= n do
    if t[i] then
      count = count + 1
      local k = i + i
      while k <= n do t[k] = false; k = k + i end
    end
    i = i + 1
  end
  return count
end
for _, job in ipairs{{fib, 27}, {sieve, 1000000}} do
  local best = math.huge
  for _ = 1, %d do
    local start = os.clock()
    job[1](job[2])
    best = math.min(best, os.clock() - start)
  end
  print(best * 1000)
end
"""
JOBS = ("(fib 27)", "(sieve 1000000)")


def best(vm: LarkVM, program: str) -> float:
    """The milliseconds of the fastest run."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        vm.run(program)
        times.append(time.perf_counter() - start)
    return 1000 * min(times)


def main() -> None:
    """Measure, and print a table."""
    rows = []
    if lua := shutil.which("lua5.4"):
        done = subprocess.run([lua, "-"], input=LUA % RUNS, capture_output=True, text=True, check=True)
        rows.append(("lua5.4", *map(float, done.stdout.split())))
    for tier in ("switch", "table", "threaded", "baseline", "auto"):
        vm = LarkVM(tier)
        vm.run(LARK)
        rows.append((f"Lark, {tier}", *(best(vm, each) for each in JOBS)))
    print("| | fib | sieve |\n|---|---|---|")
    for name, *figures in rows:
        print(f"| {name} | " + " | ".join(f"{each:.1f}" for each in figures) + " |")


main()
