"""Make the word table of the package from plain text: `word_vectors.py RAW.txt.gz OUT.npz`.

Positive pointwise mutual information over a window of five words, a truncated SVD of it (Levy, Goldberg & Dagan 2015,
"Improving Distributional Similarity with Lessons Learned from Word Embeddings"), and k-means clusters of the vectors at
three sizes, which serve the linear models as word classes the way Brown clusters do (Miller, Guinness & Zamanian 2004).
Takes about three minutes on two cores.
"""

from __future__ import annotations

import argparse
import gzip
import re
from collections import Counter

import numpy as np
from scipy import sparse
from sklearn.cluster import MiniBatchKMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.preprocessing import normalize

WORD = re.compile(r"[a-z]+(?:['’][a-z]+)*|\d+|[.,?%$]")
WINDOW = 5
CLUSTERS = (32, 128, 512)


def read_words(path: str) -> list[str]:
    """All words of the file, lower-cased, numbers as "0", clitics split as spaCy splits them."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        text = lines.read().lower().replace("’", "'")
    text = re.sub(r"<unk>", " ", text)
    text = re.sub(r"n't\b", " n't", text)
    text = re.sub(r"(?<=[a-z])'(?=(?:s|m|re|ve|ll|d)\b)", " '", text)
    words = re.findall(r"'?[a-z]+(?:['-][a-z]+)*|n't|\d[\d,.]*\d|\d|[.,?%$]", text)
    return ["0" if w[0].isdigit() else w for w in words]


def pmi(words: list[str], min_count: int) -> tuple[list[str], sparse.csr_matrix]:
    """Vocabulary, positive PMI matrix (smoothed contexts, power 0.75)."""
    counts = Counter(words)
    vocabulary = [w for w, n in counts.most_common() if n >= min_count]
    index = {w: i for i, w in enumerate(vocabulary)}
    ids = np.array([index.get(w, -1) for w in words], dtype=np.int32)
    size = len(vocabulary)
    pairs = sparse.csr_matrix((size, size), dtype=np.float32)
    for gap in range(1, WINDOW + 1):
        a, b = ids[:-gap], ids[gap:]
        both = (a >= 0) & (b >= 0)
        weight = np.full(both.sum(), (WINDOW + 1 - gap) / WINDOW, dtype=np.float32)
        # direction matters for function words, so left and right contexts are told apart by half the context columns
        pairs = pairs + sparse.coo_matrix((weight, (a[both], b[both])), shape=(size, size)).tocsr()
    left = pairs.T.tocsr()
    keep = min(size, 8000)
    joint = sparse.hstack([pairs[:, :keep], left[:, :keep]]).tocsr()
    total = joint.sum()
    row = np.asarray(joint.sum(1)).ravel()
    col = np.asarray(joint.sum(0)).ravel() ** 0.75
    col /= col.sum()
    coo = joint.tocoo()
    value = np.log(np.maximum(coo.data, 1e-9) / total / (row[coo.row] / total * col[coo.col]))
    positive = value > 0
    matrix = sparse.csr_matrix((value[positive], (coo.row[positive], coo.col[positive])), shape=joint.shape)
    return vocabulary, matrix


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("raw")
    args.add_argument("out")
    args.add_argument("--min-count", type=int, default=25)
    args.add_argument("--dimensions", type=int, default=64)
    options = args.parse_args()
    vocabulary, matrix = pmi(read_words(options.raw), options.min_count)
    svd = TruncatedSVD(options.dimensions, random_state=0)
    projected = svd.fit_transform(matrix) / np.sqrt(svd.singular_values_)
    vectors = normalize(projected)
    clusters = np.stack(
        [
            MiniBatchKMeans(k, random_state=0, n_init=3, batch_size=4096, max_iter=60).fit_predict(vectors)
            for k in CLUSTERS
        ],
        axis=1,
    ).astype(np.int16)
    quantised = np.clip(np.round(vectors * 127 / np.abs(vectors).max()), -127, 127).astype(np.int8)
    np.savez_compressed(options.out, words=np.array(vocabulary), clusters=clusters, vectors=quantised)
    print(f"{len(vocabulary)} words, {options.dimensions} dimensions, clusters of {CLUSTERS}")
    for word in ("roughly", "confident", "customers", "forty", "because", "signed"):
        near = np.argsort(-vectors @ vectors[vocabulary.index(word)])[1:8]
        print(word, [vocabulary[i] for i in near])


if __name__ == "__main__":
    main()
