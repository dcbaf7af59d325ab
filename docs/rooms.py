"""Draws the rooms of src/ and their references as docs/pictures/rooms.svg and as the table between the marks in docs/architecture.md.

Both are made from the project files alone: an arrow is a ProjectReference. With --check nothing is written, and the exit code is 1 where a
file does not hold what would be written.
"""

import sys
import xml.etree.ElementTree as ET
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "pictures" / "rooms.svg"
PAGE = ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- rooms -->", "<!-- /rooms -->"
WIDTH, BOX, HEIGHT, GAP = 900, 168, 44, 46


def references():
    """Each room's references to other rooms; what lies beside an assembly, or in its package alone, is none."""
    rooms = {}
    for project in sorted(ROOT.glob("src/*/*.csproj")):
        found = ET.parse(project).getroot().iter("ProjectReference")
        rooms[project.stem] = {Path(item.get("Include").replace("\\", "/")).stem for item in found
                               if item.get("ReferenceOutputAssembly") != "false" and item.get("PackageOnly") != "true"
                               and "benchmarks/" not in item.get("Include")}
    return rooms


def reach(rooms, name):
    """All rooms below one."""
    return set().union(*({below} | reach(rooms, below) for below in rooms[name])) if rooms[name] else set()


def level(rooms, name):
    """How many rooms stand below one in a row."""
    return 1 + max((level(rooms, below) for below in rooms[name]), default=-1)


def draw(rooms):
    """The picture: a row a level, foundations at the bottom."""
    levels = {}
    for name in rooms:
        levels.setdefault(level(rooms, name), []).append(name)
    top = max(levels)
    place = {}
    for number, names in levels.items():
        for i, name in enumerate(sorted(names)):
            place[name] = (WIDTH * (i + 1) / (len(names) + 1), 20 + (top - number) * (HEIGHT + GAP))
    lines = []
    for name, below in sorted(rooms.items()):
        for other in sorted(below - set().union(*(reach(rooms, b) for b in below), set())):
            (x1, y1), (x2, y2) = place[name], place[other]
            lines.append(f'<path d="M{x1:.0f} {y1 + HEIGHT} C{x1:.0f} {y1 + HEIGHT + GAP / 2:.0f} {x2:.0f} {y2 - GAP / 2:.0f} {x2:.0f} {y2 - 6}" '
                         'fill="none" stroke="#57606a" stroke-width="1.4" marker-end="url(#arrow)"/>')
    for name, (x, y) in sorted(place.items()):
        lines.append(f'<rect x="{x - BOX / 2:.0f}" y="{y}" width="{BOX}" height="{HEIGHT}" rx="6" fill="#f6f8fa" stroke="#0072b2"/>')
        lines.append(f'<text x="{x:.0f}" y="{y + 27}" text-anchor="middle" fill="#1f2328">{name}</text>')
    height = 40 + (top + 1) * HEIGHT + top * GAP
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        "font-family=\"'Segoe UI', Helvetica, Arial, sans-serif\" font-size=\"14\">",
        "<title>The rooms of src, an arrow for each reference that no other brings</title>",
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#57606a"/></marker></defs>',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>', *lines, "</svg>", ""])


def table(rooms):
    """What each room references, and how large it is."""
    rows = ["| room | references | lines of C# |", "| :-- | :-- | --: |"]
    for name in sorted(rooms, key=lambda room: (level(rooms, room), room)):
        files = [f for f in (ROOT / "src" / name).rglob("*.cs") if not {"obj", "bin"} & set(f.relative_to(ROOT).parts)]
        count = sum(len(f.read_text(encoding="utf-8-sig").splitlines()) for f in files)
        rows.append(f"| {name} | {', '.join(sorted(rooms[name])) or 'nothing'} | {count:,} |")
    return "\n".join(rows)


def main():
    rooms = references()
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN)
    made = {PICTURE: draw(rooms), PAGE: f"{before}{BEGIN}\n{table(rooms)}\n{END}{rest.split(END)[1]}"}
    stale = [path for path, text in made.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" not in sys.argv:
        for path in stale:
            path.write_text(made[path], encoding="utf-8")
    elif stale:
        sys.exit(f"Not as the project files say: {', '.join(path.name for path in stale)}. Run python3 docs/rooms.py.")


if __name__ == "__main__":
    main()
