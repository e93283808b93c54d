"""Serves the project as `make run` does, in processes of its own, for the browser tests and the benchmark."""
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from tests.variables import ROOT, environment_with

READY_SECONDS = 60
GUNICORN_CONFIG = ROOT / "deploy" / "gunicorn.conf.py"


def manage(environment: dict[str, str], *command: str) -> str:
    """Run a management command; what it printed. Raises RuntimeError with its error output when it fails."""
    done = subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"manage.py {' '.join(command)}:\n{done.stdout}{done.stderr}")
    return done.stdout


@dataclass(frozen=True)
class Server:
    """A running gunicorn."""

    url: str
    process: subprocess.Popen
    log: Path

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def serve(environment: dict[str, str], folder: Path, *, application: str = "hokuto_strategy.wsgi", options: tuple[str, ...] = ()) -> Server:
    """Start gunicorn with the project's configuration and wait until it answers. Its log goes to the folder."""
    address = f"127.0.0.1:{_free_port()}"
    log = folder / "gunicorn.log"
    command = [sys.executable, "-m", "gunicorn", "--config", str(GUNICORN_CONFIG), "--bind", address, *options, application]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
    server = Server(f"http://{address}", process, log)
    _wait_for(server)
    return server


def _wait_for(server: Server) -> None:
    address = urlsplit(server.url)
    for _ in range(READY_SECONDS * 10):
        if server.process.poll() is not None:
            break
        try:
            socket.create_connection((address.hostname, address.port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"gunicorn did not start:\n{server.log.read_text(encoding='utf-8', errors='replace')}")


def demo_environment(folder: Path) -> dict[str, str]:
    """The environment of a demo whose database and uploaded files lie in that folder."""
    return environment_with(DEMO="1", DATABASE_URL=f"sqlite:///{folder / 'demo.sqlite3'}", PRIVATE_ROOT=str(folder / "private"))


@cache
def _first_demo() -> TemporaryDirectory:
    """The demo's database and files as `make data` makes them. The folder goes with this process."""
    made = TemporaryDirectory(prefix="strategy-demo-")
    environment = demo_environment(Path(made.name))
    manage(environment, "migrate", "--verbosity", "0")
    manage(environment, "prepare_demo")
    return made


def demo_in(folder: Path) -> dict[str, str]:
    """Put a demo of its own into that folder, copied from the first one of this process; its environment."""
    shutil.copytree(_first_demo().name, folder, dirs_exist_ok=True)
    return demo_environment(folder)
