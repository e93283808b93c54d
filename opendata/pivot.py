"""Long to wide with pandas, in a process of its own: `python -m opendata.pivot`, JSON on stdin and on stdout.

pandas takes 33 MB, which the web server would hold day and night for a file that is fetched now and then. The only module that needs it.
"""
import json
import sys

import pandas

LONG = ["position", "year", "text"]


def main() -> None:
    """Read {"years": […], "rows": [[position, year, text], …]}; write a list of texts, one for each year, per position."""
    asked = json.load(sys.stdin)
    json.dump(side_by_side(asked["rows"], asked["years"]), sys.stdout)


def side_by_side(rows: list[list], years: list[int]) -> list[list[str]]:
    """Cells are texts, so that no value passes through a float; empty where a position says nothing of a year."""
    wide = pandas.DataFrame(rows, columns=LONG).pivot(index="position", columns="year", values="text")
    return wide.reindex(columns=years).fillna("").values.tolist()


if __name__ == "__main__":
    main()
