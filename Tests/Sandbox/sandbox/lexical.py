"""GoogleSQL's lexical rules, applied before sqlglot sees the text.

sqlglot does not decode `\\x41`, `\\u0041` or octal escapes, reads an escaped backtick in an identifier as its end, and
its DuckDB output of bytes literals does not run. So comments go, and every literal and quoted identifier is decoded
here and written again in the one form that sqlglot reads as meant.
"""

from __future__ import annotations

import re

from .errors import GoogleError

_SIMPLE = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
           "\\": "\\", "?": "?", '"': '"', "'": "'", "`": "`"}
_LITERAL_START = re.compile(r"""(?i)\b(r|b|rb|br)?('''|\"""|'|")|('''|\"""|'|")""")
# What a `?` is called from here on, before its number.
POSITIONAL = "scrim_positional_"
_COMMENT = re.compile(r"#[^\n]*|--[^\n]*|/\*.*?\*/", re.DOTALL)


def normalized(sql: str) -> str:
    """The same statement without comments, its literals, identifiers and `?` in forms that sqlglot keeps as meant."""
    out: list[str] = []
    at = positional = 0
    while at < len(sql):
        character = sql[at]
        comment = _COMMENT.match(sql, at) if character in "#-/" else None
        if comment:
            out.append(" ")
            at = comment.end()
        elif character == "`":
            text, at = _quoted(sql, at + 1, "`", raw=False, as_bytes=False)
            out.append("`" + text.replace("`", "``") + "`")
        elif (literal := _literal_at(sql, at)) is not None:
            prefix, quote, body = literal
            text, at = _quoted(sql, body, quote, raw="r" in prefix, as_bytes="b" in prefix)
            out.append(_bytes_call(text) if "b" in prefix else _string(text))
        elif character.isalnum() or character == "_":
            end = at
            while end < len(sql) and (sql[end].isalnum() or sql[end] == "_"):
                end += 1
            out.append(sql[at:end])
            at = end
        elif character == "?":
            # By their order in the text, which a tree does not keep: sqlglot turns pipes inside out.
            positional += 1
            out.append(f" @{POSITIONAL}{positional} ")
            at += 1
        else:
            out.append(character)
            at += 1
    return "".join(out)


def _literal_at(sql: str, at: int) -> tuple[str, str, int] | None:
    match = _LITERAL_START.match(sql, at)
    if match is None:
        return None
    return (match.group(1) or "").lower(), match.group(2) or match.group(3), match.end()


def _quoted(sql: str, at: int, quote: str, *, raw: bool, as_bytes: bool) -> tuple[str, int]:
    """Decodes from `at` to the closing quote; bytes come back as one character per byte."""
    out: list[str] = []
    while at < len(sql):
        if sql.startswith(quote, at):
            text = "".join(out)
            return text, at + len(quote)
        if sql[at] != "\\":
            out.append(_utf8_units(sql[at]) if as_bytes else sql[at])
            at += 1
        elif raw:
            out.append(sql[at:at + 2])
            at += 2
        else:
            text, at = _escape(sql, at + 1)
            out.append(text)
    raise GoogleError("invalidQuery", "Syntax error: Unclosed string literal", location="query")


def _escape(sql: str, at: int) -> tuple[str, int]:
    kind = sql[at:at + 1]
    if kind in _SIMPLE and kind:
        return _SIMPLE[kind], at + 1
    for letter, digits in (("x", 2), ("X", 2), ("u", 4), ("U", 8)):
        if kind == letter:
            return chr(int(sql[at + 1:at + 1 + digits], 16)), at + 1 + digits
    if re.match(r"[0-3][0-7]{2}", sql[at:at + 3]):
        return chr(int(sql[at:at + 3], 8)), at + 3
    raise GoogleError("invalidQuery", f"Syntax error: Illegal escape sequence: \\{kind}", location="query")


def _utf8_units(character: str) -> str:
    return character.encode().decode("latin-1")


def _string(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r")
    return f"'{escaped}'"


def _bytes_call(text: str) -> str:
    return f"FROM_HEX('{text.encode('latin-1').hex()}')"
