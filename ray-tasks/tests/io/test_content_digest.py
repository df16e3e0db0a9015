import hashlib
import random
import struct
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attempt_store import EXAMPLES, read_json
from corpusmill_ray.io.content_digest import ContentDigest

TYPES: dict[str, pa.DataType] = {
    "string": pa.string(),
    "byte": pa.int8(),
    "short": pa.int16(),
    "int": pa.int32(),
    "long": pa.int64(),
    "float": pa.float32(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
    "binary": pa.binary(),
}


def arrow_type(described: object) -> pa.DataType:
    if isinstance(described, str):
        return TYPES[described]
    assert isinstance(described, dict)
    if "list" in described:
        return pa.list_(arrow_type(described["list"]))
    return pa.struct([pa.field(f["name"], arrow_type(f["type"])) for f in described["struct"]])


def plain_value(value: object, kind: pa.DataType) -> object:
    if value is None:
        return None
    if pa.types.is_floating(kind):
        return float(str(value))
    if pa.types.is_binary(kind):
        return bytes.fromhex(str(value))
    if pa.types.is_list(kind):
        assert isinstance(value, list)
        return [plain_value(item, kind.value_type) for item in value]
    return value


def golden_examples() -> list[dict[str, object]]:
    examples = read_json(EXAMPLES / "content-digest.json")["examples"]
    assert isinstance(examples, list)
    return examples


def digest_of(batch: pa.RecordBatch) -> str:
    digest = ContentDigest()
    digest.add_batch(batch)
    return digest.hex()


@pytest.mark.parametrize("example", golden_examples(), ids=lambda e: str(e["name"]))
def test_equals_the_golden_digest(example: dict[str, object]) -> None:
    columns, rows = example["columns"], example["rows"]
    assert isinstance(columns, list)
    assert isinstance(rows, list)
    fields = [pa.field(c["name"], arrow_type(c["type"])) for c in columns]
    arrays: list[pa.Array[Any]] = [
        pa.array([plain_value(r[i], f.type) for r in rows], f.type) for i, f in enumerate(fields)
    ]
    assert digest_of(pa.RecordBatch.from_arrays(arrays, schema=pa.schema(fields))) == example["digest"]


def reference_digest(rows: list[tuple[str | None, int]]) -> str:
    """The contract read aloud, for a string column `t` and a long column `n`."""
    total = 0
    for text, number in rows:
        encoded = None if text is None else text.encode()
        value = b"n" if encoded is None else b"s" + struct.pack("<I", len(encoded)) + encoded
        row = b"n\0i" + struct.pack("<q", number) + b"t\0" + value
        total += int.from_bytes(hashlib.sha256(row).digest(), "big")
    return f"{total % 2**256:064x}"


ROWS = st.lists(st.tuples(st.none() | st.text(st.characters(exclude_categories=["Cs"])), st.integers(-9, 9)))


@given(ROWS, st.randoms(use_true_random=False))
def test_equals_a_plain_reference_for_any_order_and_split(
    rows: list[tuple[str | None, int]], shuffler: random.Random
) -> None:
    expected = reference_digest(rows)
    shuffler.shuffle(rows)
    cut = shuffler.randint(0, len(rows))
    digest = ContentDigest()
    arrays: list[pa.Array[Any]]
    for part in (rows[:cut], rows[cut:]):
        arrays = [pa.array([t for t, _ in part], pa.string()), pa.array([n for _, n in part], pa.int64())]
        digest.add(digest_of(pa.RecordBatch.from_arrays(arrays, names=["t", "n"])))
    assert digest.hex() == expected


def test_large_strings_and_slices_count_as_strings() -> None:
    whole = pa.RecordBatch.from_arrays([pa.array(["x", "ü", None, "z"], pa.large_string())], names=["t"])
    plain = pa.RecordBatch.from_arrays([pa.array(["ü", None], pa.string())], names=["t"])
    assert digest_of(whole.slice(1, 2)) == digest_of(plain)


def test_refuses_a_type_that_the_contract_does_not_name() -> None:
    batch = pa.RecordBatch.from_arrays([pa.array([1], pa.timestamp("s"))], names=["t"])
    with pytest.raises(TypeError, match="datetime"):
        digest_of(batch)
