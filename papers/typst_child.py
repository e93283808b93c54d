"""Typesets in a process of its own: `python -m papers.typst_child`, a job as JSON on stdin, the files as JSON (base64) on stdout.

typst keeps what it has set for as long as its process lives, hundreds of megabytes after a few papers; here that ends with the paper.
It imports nothing heavy and starts in a moment.
"""
import json
import resource
import sys
from base64 import b64encode
from typing import Any

import typst

CPU_SECONDS = 60


def main() -> None:
    """The job: {"source", "root", "fonts", "inputs", "options"}. A template that does not fit ends in typst's own error on stderr."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump([b64encode(file).decode() for file in _made(json.load(sys.stdin))], sys.stdout)


def _made(job: dict[str, Any]) -> list[bytes]:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[job["fonts"]])
    compiler = typst.Compiler(job["source"], root=job["root"], font_paths=fonts, ignore_system_fonts=True, sys_inputs=job["inputs"])
    made, warnings = compiler.compile_with_warnings(**job["options"])
    if warnings:  # an unknown font would only be warned of, and leave the paper empty
        raise SystemExit("\n".join(str(warning) for warning in warnings))
    return [made] if isinstance(made, bytes) else list(made)


if __name__ == "__main__":
    main()
