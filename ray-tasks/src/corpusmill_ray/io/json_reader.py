"""Strict reading of JSON objects: every problem is collected with its JSON pointer, none raises."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

Parsed = TypeVar("Parsed")

DIGEST = re.compile(r"[0-9a-f]{64}")
URI = re.compile(r"(file:///|s3://).*", re.DOTALL)
FOLDER_URI = re.compile(r"(file:///|s3://).*/", re.DOTALL)


@dataclass(slots=True)
class Problems:
    """What is wrong with a JSON text, in the order in which it was found."""

    found: list[dict[str, str]] = field(default_factory=list)

    def add(self, pointer: str, message: str) -> None:
        """Record that the value at `pointer` is wrong."""
        self.found.append({"pointer": pointer, "message": message})


class ObjectReader:
    """Reads the fields of one JSON object; a wrong field is reported and read as an empty value."""

    def __init__(self, value: object, pointer: str, problems: Problems) -> None:
        self._pointer = pointer
        self._problems = problems
        self._seen: set[str] = set()
        self._fields: dict[str, object] = {}
        if isinstance(value, dict):
            self._fields = value
            self._is_object = True
        else:
            self._is_object = False
            problems.add(pointer, "must be an object")

    def has(self, name: str) -> bool:
        """Whether the field is there; marks it as known."""
        self._seen.add(name)
        return name in self._fields

    def raw(self, name: str) -> object:
        """The field as it stands; reports it where it is missing."""
        if not self.has(name) and self._is_object:
            self.report(name, "is missing")
        return self._fields.get(name)

    def report(self, name: str, message: str) -> None:
        """Record a problem with the field `name`."""
        self._problems.add(f"{self._pointer}/{name}", message)

    def string(self, name: str, pattern: re.Pattern[str] | None = None, *, limit: int | None = None) -> str:
        """A string of at least one character; `pattern` must match all of it."""
        value = self.raw(name)
        if name not in self._fields:
            return ""
        if not isinstance(value, str):
            self.report(name, "must be a string")
            return ""
        if pattern is not None and pattern.fullmatch(value) is None:
            self.report(name, f"must match {pattern.pattern}")
        elif not value:
            self.report(name, "must not be empty")
        elif limit is not None and len(value) > limit:
            self.report(name, f"must have at most {limit} characters")
        return value

    def text(self, name: str) -> str:
        """A string, possibly empty."""
        value = self.raw(name)
        if name in self._fields and not isinstance(value, str):
            self.report(name, "must be a string")
        return value if isinstance(value, str) else ""

    def one_of(self, name: str, allowed: Iterable[str]) -> str:
        """A string out of a closed set."""
        value = self.raw(name)
        names = sorted(allowed)
        if name in self._fields and value not in names:
            self.report(name, f"must be one of {', '.join(names)}")
        return value if isinstance(value, str) else ""

    def integer(self, name: str, minimum: int, maximum: int | None = None) -> int:
        """A whole number; 2.0 counts as one, as JSON Schema has it."""
        value = self.raw(name)
        if name not in self._fields:
            return minimum
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            self.report(name, "must be an integer")
            return minimum
        if value < minimum or (maximum is not None and value > maximum):
            self.report(name, f"must be at least {minimum}" + (f" and at most {maximum}" if maximum else ""))
        return value

    def fraction(self, name: str) -> float:
        """A number from 0 to 1."""
        value = self.raw(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            self.report(name, "must be a number from 0 to 1")
            return 0.0
        return float(value)

    def mapping(self, name: str) -> dict[str, object]:
        """An object taken as it stands."""
        value = self.raw(name)
        if name in self._fields and not isinstance(value, dict):
            self.report(name, "must be an object")
        return value if isinstance(value, dict) else {}

    def child(self, name: str, parse: Callable[["ObjectReader"], Parsed]) -> Parsed:
        """An object of its own, closed after `parse` has read it."""
        value = self.raw(name)
        reader = ObjectReader(
            value if name in self._fields else {}, f"{self._pointer}/{name}", self._problems
        )
        if name not in self._fields:
            reader = ObjectReader({}, f"{self._pointer}/{name}", Problems())
        return _closed(reader, parse)

    def list_of(self, name: str, parse: Callable[["ObjectReader"], Parsed]) -> tuple[Parsed, ...]:
        """A list of objects, each closed after `parse` has read it."""
        items = self.list(name)
        readers = (
            ObjectReader(v, f"{self._pointer}/{name}/{i}", self._problems) for i, v in enumerate(items)
        )
        return tuple(_closed(reader, parse) for reader in readers)

    def list(self, name: str) -> list[object]:
        """A list taken as it stands."""
        value = self.raw(name)
        if name in self._fields and not isinstance(value, list):
            self.report(name, "must be a list")
        return value if isinstance(value, list) else []

    def close(self) -> None:
        """Report every field that nobody asked for."""
        for name in self._fields:
            if name not in self._seen:
                self.report(name, "is not known")


def _closed(reader: ObjectReader, parse: Callable[[ObjectReader], Parsed]) -> Parsed:
    parsed = parse(reader)
    reader.close()
    return parsed
