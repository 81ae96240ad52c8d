#!/usr/bin/env python3
"""Learns catalogue/lexicon/domain-weights.yaml from labelled requirements.

    build/rel/bench/domain --features bench/corpus/*.jsonl | bench/tools/domain_weights.py > catalogue/lexicon/domain-weights.yaml

Logistic regression with L2, by AdaGrad over the whole set; nouns seen at least three times get a
weight of their own, held back more strongly. Deterministic. Features that a hand has set are in SET.
"""
import collections
import math
import sys

STEPS, RATE = 200, 0.3
HOLD, HOLD_NOUN, NOUN_MIN, NOUN_SHOWN = 0.5, 2.0, 3, 0.1
SET = {"missing": 1.0, "none": 0.5, "brief_object": 3.0, "wished": 3.0}
HEAD = """\
# How nouns are chosen: weights of their features (mention.h) and of nouns that deviate from their
# tier, learnt by bench/tools/domain_weights.py from bench/corpus. "missing" is how many things a text
# speaks of without naming them, "none" weighs the case that it speaks of nothing to be kept.
# "brief_object" and "wished" are set by hand: what is demanded outright has to appear.
"""


def read(lines):
    """Rows of (noun or None, label, features)."""
    for line in lines:
        _, name, label, _, known, *features = line.rstrip("\n").split("\t")
        yield (name if known == "1" else None), int(label), features


def learn(rows):
    counts = collections.Counter(name for name, _, _ in rows)
    nouns = {name for name, count in counts.items() if name and count >= NOUN_MIN}
    examples = [(["bias"] + features + (["=" + name] if name in nouns else []), label) for name, label, features in rows]
    weights, squares = collections.defaultdict(float), collections.defaultdict(float)
    for _ in range(STEPS):
        slopes = collections.defaultdict(float)
        for features, label in examples:
            total = max(-30.0, min(30.0, sum(weights[f] for f in features)))
            error = 1 / (1 + math.exp(-total)) - label
            for f in features:
                slopes[f] += error
        for f in slopes:
            if f != "bias":
                slopes[f] += (HOLD_NOUN if f[0] == "=" else HOLD) * weights[f]
            squares[f] += slopes[f] ** 2
            weights[f] -= RATE * slopes[f] / math.sqrt(squares[f] + 1e-9)
    return weights


def main():
    weights = learn(list(read(sys.stdin)))
    features = {f: w for f, w in weights.items() if f[0] != "="}
    features.update(SET)
    nouns = {f[1:]: w for f, w in weights.items() if f[0] == "=" and abs(w) >= NOUN_SHOWN}
    print(HEAD, end="")
    for title, table in ("features", features), ("things", nouns):
        print(f"{title}:")
        for name in sorted(table):
            print(f"  {name}: {table[name]:.2f}")


if __name__ == "__main__":
    main()
