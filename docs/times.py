"""Writes into each notebook's first cell how long it takes on two cores, as it stands and with --quick, from the records of runs.

The seconds are those of docs/results.json, the last full run, and of docs/quick.json, the last `advnb run --all --quick`. With --check
nothing is written, and the exit code is 1 where a notebook does not say what would be written.
"""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- time -->", "<!-- /time -->"
RECORDS = {"as it stands": "results.json", "`--quick`": "quick.json"}


def said(seconds):
    """A time for reading."""
    return "under a second" if seconds < 1 else f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.1f} min"


def table(name):
    """The table of a notebook, with empty lines around it: without them nbconvert takes it for a part of the comment."""
    rows = []
    for setting, file in RECORDS.items():
        record = json.loads((ROOT / "docs" / file).read_text())
        if name in record["notebooks"]:
            rows.append(f"| {setting} | {record['engine']} | {said(record['notebooks'][name])} |")
    return "\n".join([BEGIN, "", "| setting | engine | on two cores |", "| :-- | :-- | --: |", *rows, "", END])


def main():
    wrong = []
    for path in sorted((ROOT / "notebooks").glob("[0-9][0-9]-*.ipynb")):
        text = path.read_text()
        notebook = json.loads(text)
        source = "".join(notebook["cells"][0]["source"])
        written = re.sub(f"{BEGIN}.*?{END}", lambda _: table(path.stem), source, flags=re.S)
        if BEGIN not in source:
            wrong.append(f"{path.name} has no place for its times: {BEGIN} {END}")
        elif written != source and "--check" in sys.argv:
            wrong.append(f"{path.name} does not say what the records say: run docs/times.py")
        elif written != source:
            notebook["cells"][0]["source"] = written.splitlines(keepends=True)
            path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n")
    print("\n".join(wrong) or "ok")
    return 1 if wrong else 0


sys.exit(main())
