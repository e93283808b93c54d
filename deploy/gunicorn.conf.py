"""How gunicorn serves the site, in the demo and in production: `gunicorn --config deploy/gunicorn.conf.py hokuto_strategy.wsgi`.

Each choice can be overridden on the command line.
"""
import gc
import sys

from django.urls import resolve

# Libraries take in what they find installed, for kinds of numbers and files that we do not have: openpyxl numpy (12 MB), tablib xlrd (2 MB).
# Those are here for processes of their own (opendata/pivot.py, importing/legacy_reader.py).
sys.modules["numpy"] = sys.modules["xlrd"] = None

bind = "127.0.0.1:8000"
workers = 3
# Threads keep a browser's idle connections from holding a worker, which a `sync` worker waits for.
worker_class = "gthread"
threads = 2
keepalive = 65
timeout = 60
# Workers share the memory of what was loaded before they were forked.
preload_app = True
control_socket_disable = True
# A worker starts anew after some thousand requests, not all at once, so that no leak grows for weeks.
max_requests = 20_000
max_requests_jitter = 2_000
accesslog = None


def when_ready(server):
    """Load every page's module before the workers are forked, and keep the garbage collector off what they share."""
    resolve("/")
    gc.collect()
    gc.freeze()
