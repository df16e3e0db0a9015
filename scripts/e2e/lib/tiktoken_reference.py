"""Reference GPT-2 tokens by tiktoken: JSON lines {doc_id, tokens} for JSON lines {doc_id, text} on standard input."""

import json
import sys
from pathlib import Path

import tiktoken
from tiktoken.load import data_gym_to_mergeable_bpe_ranks

GPT2_PATTERN = r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s"""


def main(folder: Path) -> None:
    """Encode every document with the vocabulary in `folder` (vocab.json, merges.txt)."""
    ranks = data_gym_to_mergeable_bpe_ranks(str(folder / "merges.txt"), str(folder / "vocab.json"))
    encoding = tiktoken.Encoding("gpt2", pat_str=GPT2_PATTERN, mergeable_ranks=ranks, special_tokens={"<|endoftext|>": 50256})
    for line in sys.stdin:
        document = json.loads(line)
        tokens = encoding.encode_ordinary(document["text"])
        sys.stdout.write(json.dumps({"doc_id": document["doc_id"], "tokens": tokens}) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
