"""Reads a report's tables from its HTML, and refuses what could run or load anything."""

from __future__ import annotations

from html.parser import HTMLParser

TAGS = {"html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "table", "thead", "tbody", "tr", "th", "td",
        "dl", "dt", "dd", "ol", "li", "pre", "code", "strong", "br"}
ATTRIBUTES = {"lang", "charset", "http-equiv", "content", "name", "class", "id", "colspan"}
VOID = {"meta", "br"}


class Report(HTMLParser):
    """The tables by their IDs, each a list of rows of cells; a table within a cell is part of the cell's text."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: dict[str, list[list[str]]] = {}
        self.texts: list[str] = []
        self.blocks: list[str] = []
        self._open: list[str] = []
        self._depth = 0
        self._rows: list[list[str]] = []
        self.feed(source)
        self.close()
        assert self._open == [], f"not closed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, f"<{tag}>"
        assert {name for name, _ in attrs} <= ATTRIBUTES, attrs
        if tag not in VOID:
            self._open.append(tag)
        if tag == "table":
            self._depth += 1
            if self._depth == 1:
                self._rows = self.tables.setdefault(dict(attrs)["id"] or "", [])
        elif tag == "tr" and self._depth == 1:
            self._rows.append([])
        elif tag in ("td", "th") and self._depth == 1:
            self._rows[-1].append("")
        elif tag == "pre":
            self.blocks.append("")
        elif tag == "br":
            self.handle_data("\n")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        self._depth -= tag == "table"

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if "pre" in self._open:
            self.blocks[-1] += data
        if self._depth and any(tag in ("td", "th") for tag in self._open):
            self._rows[-1][-1] += data if self._depth == 1 and self._open[-1] in ("td", "th") else f" {data}"

    def records(self, table: str) -> list[dict[str, str]]:
        """The rows of a table under the names of its head."""
        head, *rows = self.tables.get(table, [[]])
        return [dict(zip(head, row, strict=True)) for row in rows]
