"""Writes the numbered notebooks as Markdown articles for docfx, into docs/api/articles: prose, code, and what the outputs show where no
script runs: pictures as files, tables as they are, text as text.
"""

import json
import re
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TO = Path(__file__).resolve().parent / "articles"


def text(lines):
    """A notebook's text, which stands in it as one string or as its lines."""
    return lines if isinstance(lines, str) else "".join(lines)


def fenced(words, language=""):
    """A block of code or of text, fenced by more backquotes than it holds."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", words)), default=0))
    return f"{fence}{language}\n{words.strip(chr(10))}\n{fence}"


def without_scripts(html):
    """Markup as one block of Markdown: an empty line would end it."""
    html = re.sub(r"(?s)<(script|style)\b.*?</\1>", "", html)
    return "<div>\n" + "\n".join(line for line in html.splitlines() if line.strip()) + "\n</div>"


def shown(output, name, cell):
    """An output as the page shows it."""
    if output["output_type"] == "stream":
        return fenced(text(output["text"]), "text")
    data = output["data"]
    if "image/svg+xml" in data:
        picture = TO / name / f"{cell}.svg"
        picture.parent.mkdir(exist_ok=True)
        picture.write_text(text(data["image/svg+xml"]), encoding="utf-8")
        return f"![what the cell shows]({name}/{cell}.svg)"
    if "text/html" in data:
        return without_scripts(text(data["text/html"]))
    return fenced(text(data["text/plain"]), "text")


def prose(words):
    """Links between notebooks lead between articles; those out of their folder have one folder more to leave."""
    words = re.sub(r"\]\((\d\d-[\w-]+)\.ipynb", r"](\1.md", words)
    return words.replace("](../docs/", "](../../")


def article(path):
    """A notebook's pages; what it imports says nothing to a reader."""
    parts = []
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = text(cell["source"])
        if cell["cell_type"] == "markdown":
            parts.append(prose(source))
        elif not source.startswith("#!import"):
            parts += [fenced(source, "csharp"), *(shown(output, path.stem, cell["id"]) for output in cell["outputs"])]
    return "\n\n".join(parts) + "\n"


def main():
    shutil.rmtree(TO, ignore_errors=True)
    TO.mkdir()
    contents = []
    for path in sorted((ROOT / "notebooks").glob("[0-9][0-9]-*.ipynb")):
        page = article(path)
        (TO / f"{path.stem}.md").write_text(page, encoding="utf-8")
        contents.append(f'- name: "{page.splitlines()[0].lstrip("# ")}"\n  href: {path.stem}.md\n')
    (TO / "toc.yml").write_text("".join(contents), encoding="utf-8")


if __name__ == "__main__":
    main()
