"""GPT-2 tokens written by datatrove's TokenizedFile, and as llm.c's shards with NumPy: `PEER INPUT JAR`.

Tokens are made while the clock stands.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from datatrove.pipeline.tokens.tokenizer import TokenizedFile
from measured import batches, cpu_seconds, print_report
from tokenize_peer import by_tiktoken, ranks_of

END_OF_TEXT = 50256
MAGIC, VERSION, HEADER_INTS = 20240520, 1, 256

Write = Callable[[list[list[int]], str, int], None]


def by_datatrove(documents: list[list[int]], folder: str, number: int) -> None:
    """Tokens and an index of document ends."""
    file = TokenizedFile(folder, f"{number}.ds", token_size=2)
    for tokens in documents:
        file.write([*tokens, END_OF_TEXT], None)
    file.close()


def by_numpy(documents: list[list[int]], folder: str, number: int) -> None:
    """As llm.c's dev/data/data_common.py writes a shard: no index."""
    stream: list[int] = []
    for tokens in documents:
        stream.append(END_OF_TEXT)
        stream.extend(tokens)
    header = np.zeros(HEADER_INTS, dtype=np.int32)
    header[:3] = (MAGIC, VERSION, len(stream))
    with (Path(folder) / f"{number}.bin").open("wb") as file:
        file.write(header.tobytes())
        file.write(np.array(stream, dtype=np.uint16).tobytes())


PEERS: dict[str, Write] = {"datatrove": by_datatrove, "numpy": by_numpy}


def main() -> None:
    """Write every batch as a shard."""
    write, encode = PEERS[sys.argv[1]], by_tiktoken(ranks_of(sys.argv[3]))
    size, cpu, wall = 0, 0.0, 0.0
    with tempfile.TemporaryDirectory() as folder:
        for number, batch in enumerate(batches(sys.argv[2])):
            documents = encode(batch)
            size += sum(len(text.encode()) for text in batch)
            cpu_before, wall_before = cpu_seconds(), time.monotonic()
            write(documents, folder, number)
            cpu += cpu_seconds() - cpu_before
            wall += time.monotonic() - wall_before
    print_report(size, cpu, wall)


if __name__ == "__main__":
    main()
