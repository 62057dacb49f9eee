"""How varied the own calls are, beside other transcripts: distinct word sequences in equally many words of each.

    python benchmarks/diversity.py [NAME=TRANSCRIPTS.jsonl ...]

Longer text repeats itself more, so as many whole conversations of each set are drawn, in a seeded random order, as give
`WORDS` words. Printed are distinct 1-, 2-, 3- and 5-grams per 1,000 words, the mean of ten draws. Templates and
generators show in the longer sequences.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
CALLS = ROOT / "data" / "calls" / "labelled.jsonl"
WORDS = 50_000
DRAWS = 10
SIZES = (1, 2, 3, 5)


def conversations(path: Path) -> list[list[str]]:
    """The words of each transcript, turns joined, lower case, without punctuation."""
    turns = [json.loads(line)["turns"] for line in path.read_text(encoding="utf-8").splitlines()]
    return [re.findall(r"\w+(?:['’]\w+)*", " ".join(turn["text"] for turn in talk).lower()) for talk in turns]


def distinct(texts: list[list[str]], words: int, seed: int) -> list[float]:
    """Distinct n-grams per 1,000 words of a draw."""
    order = random.Random(seed).sample(texts, len(texts))
    seen: dict[int, set[tuple[str, ...]]] = {n: set() for n in SIZES}
    count = 0
    for text in order:
        text = text[: words - count]
        count += len(text)
        for n in SIZES:
            seen[n].update(tuple(text[i : i + n]) for i in range(len(text) - n + 1))
        if count >= words:
            break
    return [1000 * len(seen[n]) / count for n in SIZES]


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("sets", nargs="*", metavar="NAME=FILE", help="transcripts to compare with")
    args.add_argument("--words", type=int, default=WORDS, help="words drawn of each set")
    options = args.parse_args()
    named = {
        "own calls": CALLS,
        **{name: Path(path) for name, _, path in (item.partition("=") for item in options.sets)},
    }
    print(f"Distinct n-grams per 1,000 words, in {options.words:,} words of each; mean of {DRAWS} draws\n")
    print("| set | transcripts | " + " | ".join(f"{n}-grams" for n in SIZES) + " |")
    print("| --- |" + " --- |" * (1 + len(SIZES)))
    for name, path in named.items():
        texts = conversations(path)
        draws = [distinct(texts, options.words, seed) for seed in range(DRAWS)]
        means = [sum(column) / DRAWS for column in zip(*draws, strict=True)]
        print(f"| {name} | {len(texts):,} | " + " | ".join(f"{value:.0f}" for value in means) + " |", flush=True)


if __name__ == "__main__":
    main()
