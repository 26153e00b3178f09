"""Random tokens, and how tokens become text: spacing, comments, letter case, quotes."""

from __future__ import annotations

import re
from random import Random

from words import COMMON_WORDS, RESERVED_WORDS

NAMES = ["a", "b", "c", "d", "t", "u", "v", "x", "y", "z"]
FUNCTIONS = ["COUNT", "SUM", "f", "ARRAY_AGG", "CONCAT", "COALESCE", "SAFE.g", "net.host", "p.d.f"]
TYPES = ["INT64", "STRING", "BOOL", "BYTES", "FLOAT64", "NUMERIC", "DATE", "JSON", "TIMESTAMP", "d.some_type"]
UNITS = ["DAY", "MONTH", "YEAR", "HOUR", "SECOND", "WEEK", "x"]
INTEGERS = ["0", "1", "2", "42", "007", "0x1F", "9223372036854775807", "18446744073709551616"]
NUMBERS = ["1.0", ".5", "2.", "1e10", "1E-3", ".5e+2", "1.e1"]
STRINGS = [
    "'x'", '"y"', "''", "'it\\'s'", "r'\\d'", "'''a\nb'''", '"""q"q"""', "R\"\"\"\\\"\"\"\"", "'\\u00e9\\n'", "'é'", "'-- no'",
    "'/* no */'", "'`'", "'\\x41'",
]
BYTES = ["b'x'", 'B"y"', "br'\\x'", "rb'''z'''", "b'\\xff'"]
QUOTED = ["`a`", "`select`", "`a b`", "`a.b`", "`p.d.t`", "`a-b`", "`a\\`b`", "`é`", "`\\u0061`", "`t_*`"]
SPACES = [" ", " ", " ", " ", " ", " ", "\n", "\t", "  ", " /* c */ ", " -- c\n", " # c\n", "/**/", "\r\n", "\u00a0", "\u3000"]


# What the grammar may leave open.
KINDS = {"identifier", "any_name", "function_name", "type_name", "unit", "integer", "number", "string", "bytes"}


def token(kind: str, random: Random) -> str:
    """A token of a kind that the grammar leaves open."""
    match kind:
        case "identifier":
            chance = random.random()
            if chance < 0.8:
                return random.choice(NAMES)
            return random.choice(QUOTED) if chance < 0.9 else random.choice(COMMON_WORDS)
        case "any_name":  # after a dot, where every word is a name
            if random.random() < 0.7:
                return random.choice(NAMES)
            return random.choice([*RESERVED_WORDS, *COMMON_WORDS, *QUOTED, "1", "1a"])
        case "function_name":
            return random.choice(FUNCTIONS)
        case "type_name":
            return random.choice(TYPES)
        case "unit":
            return random.choice(UNITS)
        case "integer":
            return random.choice(INTEGERS)
        case "number":
            return random.choice(NUMBERS)
        case "string":
            return random.choice(STRINGS)
        case "bytes":
            return random.choice(BYTES)
    raise ValueError(f"the grammar has no rule `{kind}`, and it is no kind of token")


def text_of(tokens: list[str], random: Random, plain: float = 0.8) -> str:
    """Writes tokens with white space between them: mostly one space, else anything that separates."""
    is_plain = random.random() < plain
    out: list[str] = []
    is_glued = True
    for one in tokens:
        if one == "\0":
            is_glued = True
            continue
        if not is_glued:
            out.append(" " if is_plain else random.choice(SPACES))
        out.append(one if is_plain else _cased(one, random))
        is_glued = False
    return "".join(out)


def _cased(one: str, random: Random) -> str:
    if not one.isalpha() or random.random() < 0.7:
        return one
    return random.choice([one.lower(), one.capitalize(), one.upper()])


# What a lexer may take for one token; anything else is one character.
_PIECES = re.compile(
    r"""\s+|--[^\n]*\n?|\#[^\n]*\n?|/\*.*?\*/
    |(?P<token>
      (?:[rR][bB]?|[bB][rR]?)?(?:'''(?:\\.|[^\\])*?'''|\"\"\"(?:\\.|[^\\])*?\"\"\"|'(?:\\.|[^\\'\n])*'|"(?:\\.|[^\\"\n])*")
      |`(?:\\.|[^\\`\n])*`
      |0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?
      |[A-Za-z_][A-Za-z_0-9]*
      |@@|@\{|\|>|\|\||<<|>>|<=|>=|<>|!=|=>|->|\+=|-=
      |.
    )""",
    re.VERBOSE | re.DOTALL,
)


def tokens_of(text: str) -> list[str]:
    """Cuts a text into tokens with the white space before each, so that they join to the text again but for its end."""
    out: list[str] = []
    space = ""
    for found in _PIECES.finditer(text):
        if found["token"] is None:
            space += found[0]
        else:
            out.append(space + found[0])
            space = ""
    return out


KEYWORDS = {*RESERVED_WORDS, *COMMON_WORDS}
