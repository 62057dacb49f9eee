"""Join the labels of public talk with its text: `join.py TEXT.jsonl OUT.jsonl [--labels public/labels.jsonl]`.

TEXT.jsonl holds the excerpts, one JSON object a line: `{"id": ..., "turns": [{"speaker": ..., "text": ...}]}`; how they
were cut from their public sources is told in `README.md` beside this script. Each label record carries the SHA-256 of
every turn's text, so a text that differs by a single character is named and left out rather than labelled in the wrong
place. OUT.jsonl is in the format that `overstate.train` reads.

    join.py --strip LABELLED.jsonl public/labels.jsonl      # the other way: labels without text
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DEFAULT = Path(__file__).parent / "public" / "labels.jsonl"


def digest(text: str) -> str:
    """First 16 hexadecimal digits of the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def read(path: str | Path) -> Iterator[dict[str, Any]]:
    """Records of a JSON Lines file."""
    with open(path, encoding="utf-8") as lines:
        yield from map(json.loads, filter(str.strip, lines))


def strip(record: dict[str, Any]) -> dict[str, Any]:
    """The record without its words: a digest a turn, claims as [turn, start, end, status, reasons], hedges likewise."""
    return {
        "id": record["id"],
        "source": record["source"],
        "turns": [digest(turn["text"]) for turn in record["turns"]],
        "claims": [[c["turn"], c["start"], c["end"], c["status"], c["reasons"]] for c in record["claims"]],
        "hedges": [[h["turn"], h["start"], h["end"], h["type"]] for h in record["hedges"]],
    }


def joined(labels: dict[str, Any], text: dict[str, Any]) -> dict[str, Any] | str:
    """The labelled record, or what does not fit."""
    if len(labels["turns"]) != len(text["turns"]):
        return f"has {len(text['turns'])} turns, expected {len(labels['turns'])}"
    for k, (wanted, turn) in enumerate(zip(labels["turns"], text["turns"], strict=True)):
        if digest(turn["text"]) != wanted:
            return f"turn {k} is not the text that was labelled: {turn['text'][:50]!r}"
    claim = ("turn", "start", "end", "status", "reasons")
    hedge = ("turn", "start", "end", "type")
    return {
        "id": labels["id"],
        "source": labels["source"],
        "turns": [{"speaker": turn["speaker"], "text": turn["text"]} for turn in text["turns"]],
        "claims": [dict(zip(claim, row, strict=True)) for row in labels["claims"]],
        "hedges": [dict(zip(hedge, row, strict=True)) for row in labels["hedges"]],
    }


def main() -> int:
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("source")
    args.add_argument("out")
    args.add_argument("--labels", default=DEFAULT)
    args.add_argument("--strip", action="store_true", help="write labels without text instead")
    options = args.parse_args()
    if options.strip:
        rows = [strip(record) for record in read(options.source)]
        problems = 0
    else:
        texts = {record["id"]: record for record in read(options.source)}
        rows, problems = [], 0
        for labels in read(options.labels):
            result = joined(labels, texts[labels["id"]]) if labels["id"] in texts else "is not in the text file"
            if isinstance(result, str):
                problems += 1
                print(f"{labels['id']}: {result}", file=sys.stderr)
            else:
                rows.append(result)
    with open(options.out, "w", encoding="utf-8") as out:
        for row in rows:
            print(json.dumps(row, ensure_ascii=False, separators=(",", ":")), file=out)
    print(f"{len(rows)} written, {problems} left out", file=sys.stderr)
    return int(problems > 0)


if __name__ == "__main__":
    sys.exit(main())
