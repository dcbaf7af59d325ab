"""Takes the executed notebooks of the last full run into notebooks/, without plotly.js, which alone is larger than all else.

The charts' static pictures stay, and running the cell of PlotlyJs.Loader brings the charts to life. Usage: docs/outputs.py [FOLDER], the
folder of the executed copies, artifacts/notebooks when not given.
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LARGEST = 1_000_000


def main():
    executed = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "artifacts" / "notebooks"
    for path in sorted(executed.glob("[0-9][0-9]-*.ipynb")):
        notebook = json.loads(path.read_text())
        for cell in notebook["cells"]:
            if "".join(cell["source"]) == "PlotlyJs.Loader":
                for output in cell["outputs"]:
                    del output["data"]["text/html"]
        text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
        if len(text.encode()) > LARGEST:
            sys.exit(f"{path.name} has {len(text.encode()):,} bytes. Expected: at most {LARGEST:,}. Show fewer pictures.")
        (ROOT / "notebooks" / path.name).write_text(text)
        print(path.name, f"{len(text.encode()):,} bytes")


main()
