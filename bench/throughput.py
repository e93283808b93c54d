"""Pages a second under load, beside the reference views of the same server, and the memory the server has after it."""
from pathlib import Path
from urllib.request import Request, urlopen

from bench.load import Job, measure
from bench.report import Row, at_least, no_more_than
from tests.serving import Server

OVERVIEW = "/strategies/hokuto-2/"
GOAL = "/strategies/hokuto-2/goals/1/"
SIGNED_IN_BAR, VISITOR_BAR = 0.5, 0.4
MEMORY_BAR = 200


def throughput(server: Server, cookie: str, seconds: float) -> list[Row]:
    """Signed in against a plain view with four queries and 50 rows; visitors against a constant view."""
    signed_in = {"Cookie": f"sessionid={cookie}"}

    busy = []

    def per_second(path: str, headers: dict[str, str] | None = None, status: int = 200) -> float:
        count = measure(Job(server.url + path, seconds=seconds, headers=headers or {}, status=status))
        busy.append(count.client_share)
        return count.per_second

    plain, constant = per_second("/bench/plain/"), per_second("/bench/constant/")
    rows = [Row("a plain Django view, 4 queries, 50 rows", f"{plain:,.0f} /s"), Row("a constant Django view", f"{constant:,.0f} /s")]
    for name, path in (("overview", OVERVIEW), ("goal", GOAL)):
        rows.append(at_least(f"{name}, signed in", per_second(path, signed_in), plain, SIGNED_IN_BAR, "/s"))
    for name, path in (("overview", OVERVIEW), ("goal", GOAL)):
        rows.append(at_least(f"{name}, visitors, unchanged data", per_second(path), constant, VISITOR_BAR, "/s"))
    not_modified = per_second(OVERVIEW, {"If-None-Match": etag_of(server.url + OVERVIEW)}, status=304)
    rows.append(at_least("overview, visitors, 304", not_modified, constant, VISITOR_BAR, "/s"))
    return [*rows, Row("the load client's busiest run, share of a core", f"{max(busy):.0%}")]


def etag_of(url: str) -> str:
    with urlopen(Request(url)) as answer:
        return answer.headers["ETag"]


def memory(server: Server) -> list[Row]:
    """What the master and its workers hold together, shared pages counted once (PSS)."""
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text(encoding="ascii").split()
    megabytes = sum(map(_pss, [server.process.pid, *map(int, children)]))
    return [no_more_than(f"memory of gunicorn with {len(children)} workers after the load", megabytes, MEMORY_BAR, "MB")]


def _pss(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("Pss:")).split()[1]) / 1024
