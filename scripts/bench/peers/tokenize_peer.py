"""GPT-2 by tiktoken, gigatoken and HF tokenizers, on the table that our jar carries.

`speed PEER INPUT JAR`, or `tokens PEER INPUT JAR OUTPUT` (a line a text: MD5 of its ids). One thread.
"""

import base64
import hashlib
import json
import os
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

from measured import report, texts

TABLE = "com/knuddels/jtokkit/r50k_base.tiktoken"
PATTERN = r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s"""
PRINTABLE = [*range(33, 127), *range(161, 173), *range(174, 256)]

Encode = Callable[[list], list[list[int]]]


def ranks_of(jar: str) -> dict[bytes, int]:
    """GPT-2's tokens and their ids."""
    lines = zipfile.ZipFile(jar).read(TABLE).splitlines()
    return {base64.b64decode(token): int(rank) for token, rank in (line.split() for line in lines)}


def merges_of(ranks: dict[bytes, int]) -> list[tuple[bytes, bytes]]:
    """For each token, in order, the two that it was merged of."""
    merges = []
    for token, rank in sorted(ranks.items(), key=lambda item: item[1]):
        parts = [token[at : at + 1] for at in range(len(token))]
        while len(parts) > 2:
            pairs = [ranks.get(left + right, rank) for left, right in zip(parts, parts[1:], strict=False)]
            at = pairs.index(min(pairs))
            parts[at : at + 2] = [parts[at] + parts[at + 1]]
        if len(parts) == 2:
            merges.append((parts[0], parts[1]))
    return merges


def written(token: bytes) -> str:
    """Return a token in GPT-2's byte alphabet."""
    others = [byte for byte in range(256) if byte not in PRINTABLE]
    return "".join(chr(byte) if byte in PRINTABLE else chr(256 + others.index(byte)) for byte in token)


def tokenizer_json(ranks: dict[bytes, int], jar: str) -> str:
    """GPT-2 as HF's tokenizer.json, made once and kept beside the jar."""
    kept = Path(jar).with_name("gpt2-tokenizer.json")
    if not kept.exists():
        kept.write_text(build_tokenizer_json(ranks), encoding="utf-8")
    return str(kept)


def build_tokenizer_json(ranks: dict[bytes, int]) -> str:
    """Find every token's merge and write all down."""
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    model = {
        "type": "BPE",
        "vocab": {written(token): rank for token, rank in ranks.items()},
        "merges": [[written(left), written(right)] for left, right in merges_of(ranks)],
    }
    parts = {"pre_tokenizer": byte_level, "decoder": byte_level, "model": model, "added_tokens": []}
    return json.dumps({"version": "1.0", "normalizer": None, "post_processor": None, **parts})


def by_tiktoken(ranks: dict[bytes, int], _jar: str = "") -> Encode:
    """Return tiktoken's encoder."""
    import tiktoken  # noqa: PLC0415

    encoding = tiktoken.Encoding("gpt2", pat_str=PATTERN, mergeable_ranks=ranks, special_tokens={})
    return lambda batch: [encoding.encode_ordinary(text) for text in batch]


def by_tokenizers(ranks: dict[bytes, int], jar: str) -> Encode:
    """Return HF's encoder."""
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    import tokenizers  # noqa: PLC0415

    tokenizer = tokenizers.Tokenizer.from_file(tokenizer_json(ranks, jar))
    return lambda batch: [encoding.ids for encoding in tokenizer.encode_batch(batch, add_special_tokens=False)]


def by_gigatoken(ranks: dict[bytes, int], jar: str) -> Encode:
    """Return gigatoken's encoder; it takes UTF-8 as ours does."""
    os.environ["RAYON_NUM_THREADS"] = "1"
    import gigatoken  # noqa: PLC0415

    tokenizer = gigatoken.Tokenizer(tokenizer_json(ranks, jar))
    return lambda batch: tokenizer.encode_batch(batch)


def utf8_of(batch: list[str]) -> list[bytes]:
    """Texts as UTF-8."""
    return [text.encode() for text in batch]


PREPARE = {"gigatoken": utf8_of}
PEERS = {"tiktoken": by_tiktoken, "gigatoken": by_gigatoken, "tokenizers": by_tokenizers}


def main() -> None:
    """Measure, or write what the peer says."""
    mode, peer, path, jar = sys.argv[1:5]
    ranks, prepare = ranks_of(jar), PREPARE.get(peer, list)

    def new_encoder() -> Encode:
        encode = PEERS[peer](ranks, jar)
        encode(prepare(["Hello, world."]))
        return encode

    if mode == "speed":
        report(path, new_encoder, prepare)
    else:
        encode = new_encoder()
        with Path(sys.argv[5]).open("w", encoding="ascii") as lines:
            for text in texts(path):
                ids = " ".join(str(token) for token in encode(prepare([text]))[0])
                lines.write(hashlib.md5(ids.encode()).hexdigest() + "\n")  # noqa: S324


if __name__ == "__main__":
    main()
