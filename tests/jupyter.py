"""The recipe, notebooks 01 to 05, as users of Jupyter run it: by the tool Microsoft.dotnet-interactive under nbclient, and shown by nbconvert.

Wants python3-nbclient and jupyter-nbconvert (Debian's are meant), the .NET SDK, and a repository in which `dotnet build` has run. The tool is
installed from the configured feeds into a folder that goes at the end. Runs on synthetic digits and the notebooks' own quick values.
Last line: how many notebooks passed and failed. Exit code 0 when all passed.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbconvert import HTMLExporter

TOOL, VERSION = "Microsoft.dotnet-interactive", "1.0.712001"
ROOT = Path(__file__).resolve().parent.parent
VALUES = {"01": {"dataset": "synthetic", "trainCount": 3000, "testCount": 500}}


def install(folder):
    """Installs the tool and its kernels; what Jupyter needs to find them goes into the environment."""
    tools, kernels = folder / "tools", folder / "jupyter" / "kernels"
    kernels.mkdir(parents=True)
    run = {"check": True, "stdout": subprocess.DEVNULL}
    subprocess.run(["dotnet", "tool", "install", TOOL, "--version", VERSION, "--tool-path", str(tools)], **run)
    os.environ["DOTNET_INTERACTIVE_CLI_TELEMETRY_OPTOUT"] = "1"
    os.environ["PATH"] = f"{tools}{os.pathsep}{os.environ['PATH']}"
    os.environ["JUPYTER_PATH"] = str(kernels.parent)
    os.environ["ADVLIB_ARTIFACTS"] = str(folder / "artifacts")
    subprocess.run([str(tools / "dotnet-interactive"), "jupyter", "install", "--path", str(kernels)], **run)


def literal(value):
    """A whole number or a text in C#."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise SystemExit(f"a quick value that this script cannot write in C#: {value!r}")
    return json.dumps(value)


def with_quick_values(notebook, number):
    """Puts the cell behind the parameters that `advnb run --quick` would put there."""
    values = {**notebook.metadata["advnotebooks"]["quick"], **VALUES.get(number, {})}
    source = "\n".join(f"{name} = {literal(value)};" for name, value in values.items())
    place = next(i for i, cell in enumerate(notebook.cells) if "parameters" in cell.metadata.get("tags", []))
    if source:
        notebook.cells.insert(place + 1, nbformat.v4.new_code_cell(source))
    return notebook


def problems(notebook):
    """What is wrong with an executed notebook: errors, warnings, and pictures that its HTML page does not show."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    outputs = [output for cell in code for output in cell.outputs]
    found = [f"{cell.id} was not executed" for cell in code if cell.execution_count is None]
    found += [f"error: {output.evalue}" for output in outputs if output.output_type == "error"]
    found += [f"stderr: {output.text}" for output in outputs if output.output_type == "stream" and output.name == "stderr"]
    page, _ = HTMLExporter().from_notebook_node(notebook)
    pictures = sum("<figure" in output.data.get("text/html", "") for output in outputs if "data" in output)
    shown = len(re.findall(r'<img[^>]* src="data:image/', page))
    if pictures == 0 or shown < pictures:
        found.append(f"{pictures} pictures in the notebook, {shown} in its page")
    return found


def main():
    failed, passed = 0, 0
    with tempfile.TemporaryDirectory(prefix="advnb-jupyter-") as temp:
        install(Path(temp))
        keep = os.environ.get("ADVLIB_SCREENSHOTS")
        for path in sorted((ROOT / "notebooks").glob("0[1-5]-*.ipynb")):
            notebook = with_quick_values(nbformat.read(path, as_version=4), path.name[:2])
            try:
                NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(path.parent)}}).execute()
                found = problems(notebook)
            except Exception as error:  # whatever stops a notebook is its failure, and is said
                found = [str(error)]
            if keep:
                nbformat.write(notebook, Path(keep) / path.name)
            print(f"{path.name}: {'ok' if not found else '; '.join(found)}", flush=True)
            failed, passed = failed + bool(found), passed + (not found)
            if found:
                break
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or passed != 5 else 0


if __name__ == "__main__":
    sys.exit(main())
