"""A small load client in a process of its own: some connections kept open, each asking again as soon as it has its answer.

`python -m bench.load '{"url": …, "connections": 8, "seconds": 5, "headers": {…}, "status": 200}'` prints what it counted as JSON.
"""
import asyncio
import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from urllib.parse import urlsplit

from tests.variables import ROOT

CONNECTIONS = 8
SECONDS = 5.0
REPEATS = 3


@dataclass(frozen=True)
class Job:
    """What to ask for; every answer must carry that status."""

    url: str
    connections: int = CONNECTIONS
    seconds: float = SECONDS
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True)
class Count:
    """Answers a second, bytes of one answer, and the share of one core that this client needed."""

    per_second: float
    size: int
    client_share: float


class _Connection(asyncio.Protocol):
    """Reads an answer's head once and then only counts what is left of the body."""

    def __init__(self, request: bytes, status: int, counter: dict):
        self.request, self.status, self.counter = request, str(status).encode(), counter
        self.head, self.left = b"", None

    def connection_made(self, transport):
        self.transport = transport
        transport.write(self.request)

    def data_received(self, data):
        if self.left is None:
            self.head += data
            end = self.head.find(b"\r\n\r\n")
            if end < 0:
                return
            self._begin(self.head[:end], len(self.head) - end - 4)
        else:
            self.left -= len(data)
        if self.left <= 0:
            self.counter["answers"] += 1
            self.head, self.left = b"", None
            self.transport.write(self.request)

    def _begin(self, head: bytes, read: int) -> None:
        length = _body_length(head)
        self.left, self.counter["size"] = length - read, length
        if head[9:12] != self.status:
            self.counter["wrong"] = head.decode("latin-1")

    def connection_lost(self, error):
        self.counter["lost"] += 1


def _body_length(head: bytes) -> int:
    """The body's length; a 304 has none whatever its header says."""
    if head[9:12] == b"304":
        return 0
    found = head.lower().find(b"content-length:")
    return 0 if found < 0 else int(head[found + 15 :].split(b"\r\n", 1)[0])


async def _run(job: Job) -> Count:
    address = urlsplit(job.url)
    path = address.path + (f"?{address.query}" if address.query else "")
    lines = [f"GET {path} HTTP/1.1", f"Host: {address.netloc}", *(f"{name}: {text}" for name, text in job.headers.items())]
    request = ("\r\n".join(lines) + "\r\n\r\n").encode()
    counter = {"answers": 0, "size": 0, "lost": 0}
    loop = asyncio.get_running_loop()
    for _ in range(job.connections):
        await loop.create_connection(lambda: _Connection(request, job.status, counter), address.hostname, address.port)
    # The first answers fill the workers' memory and are not counted.
    await asyncio.sleep(min(1.0, job.seconds / 3))
    counter["answers"], began, busy = 0, time.perf_counter(), time.process_time()
    await asyncio.sleep(job.seconds)
    elapsed = time.perf_counter() - began
    if "wrong" in counter or counter["lost"]:
        raise SystemExit(f"{job.url}: {counter['lost']} connections lost. {counter.get('wrong', '')}")
    return Count(counter["answers"] / elapsed, counter["size"], (time.process_time() - busy) / elapsed)


def measure(job: Job, repeats: int = REPEATS) -> Count:
    """The median of several runs, each in a new process. Raises RuntimeError when an answer is not the one expected."""
    counts = sorted((_one_run(job) for _ in range(repeats)), key=lambda count: count.per_second)
    return counts[len(counts) // 2] if repeats % 2 else counts[0]


def _one_run(job: Job) -> Count:
    command = [sys.executable, "-m", "bench.load", json.dumps(asdict(job))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=job.seconds * 4 + 30)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return Count(**json.loads(done.stdout))


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(_run(Job(**json.loads(sys.argv[1])))))))
