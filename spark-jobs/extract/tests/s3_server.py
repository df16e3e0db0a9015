"""A real S3 server with a proxy that breaks requests by rule (scripts/s3-server.mjs), for tests."""

import json
import os
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[3]
_PACKED_SERVER = REPOSITORY.parent / "shared/cluster/bin/versitygw.xz"


@dataclass(frozen=True)
class S3Server:
    """Where it is reached, and its one bucket, which is a folder of files."""

    endpoint: str
    bucket: str
    folder: Path

    def put(self, key: str, content: bytes) -> str:
        """Place an object and return its URI."""
        path = self.folder / self.bucket / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return f"s3://{self.bucket}/{key}"

    def set_rules(self, *rules: dict[str, object]) -> int:
        """Replace the proxy's rules; how many requests the old ones broke."""
        body = json.dumps(rules).encode()
        request = urllib.request.Request(f"{self.endpoint}/_faults", body, method="PUT")  # noqa: S310
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - our own proxy
            return int(json.load(answer)["faults"])


@contextmanager
def running_s3_server() -> Iterator[S3Server]:
    """Start a server for the block, with the environment to reach it; skip where there is none to start."""
    node = shutil.which("node")
    if node is None or not (os.environ.get("CORPUSMILL_TEST_S3") or _PACKED_SERVER.exists()):
        pytest.skip("no S3 server to start")
    script = str(REPOSITORY / "scripts/s3-server.mjs")
    with subprocess.Popen([node, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        facts = json.loads(process.stdout.readline())
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("AWS_ENDPOINT_URL_S3", facts["endpoint"])
            environment.setenv("AWS_ACCESS_KEY_ID", "corpusmill")
            environment.setenv("AWS_SECRET_ACCESS_KEY", "corpusmill-secret")
            yield S3Server(facts["endpoint"], facts["bucket"], Path(facts["folder"]))
        process.stdin.close()
