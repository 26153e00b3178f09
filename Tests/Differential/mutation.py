"""Small damage to statements: most of what comes out is refused, and both sides have to say so at the same place."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import vocabulary
from words import COMMON_WORDS, RESERVED_WORDS

PUNCTUATION = [
    "(", ")", "[", "]", "{", "}", ",", ".", ";", ":", "+", "-", "*", "/", "%", "|", "||", "|>", "<", ">", "<=", ">=", "<>", "!=",
    "=", "=>", "->", "<<", ">>", "@", "@@", "@{", "?", "!", "~", "^", "&", "$", "\\", "`", "'", '"', "'''", "#", "--", "/*", "*/",
    "+=", "-=", "\0", "\u00e9", "\ufeff",
]
LITERALS = [
    "'", "'a", '"""a', "'\\", "'\\x4'", "'\\u12'", "'\\ud800'", "'\\q'", "b'\\u0041'", "'a\nb'", "r'a\\'", "1a", "1.e", "0x", "1e", "1.2.3",
    "99999999999999999999", "1e999", "``", "`a", "`a\nb`", "x'1'", "0b1", "1_000", "@1a", "@@`a`.b", "DATE '1'", "b'é'", "$1", "a$b",
    "INTERVAL '1' DAY", "RANGE<DATE> '[a, b)'", "-1", "--1", "1--1", "NULL", "TRUE",
]


def mutated(text: str, random: Random, others: list[str]) -> str:
    """The text after one to three changes; `others` lend tokens."""
    tokens = vocabulary.tokens_of(text) or [""]
    for _ in range(random.choice([1, 1, 1, 2, 3])):
        random.choice(CHANGES)(tokens, random, others)
        tokens = tokens or [""]
    return "".join(tokens)


def _place(tokens: list[str], random: Random) -> int:
    return random.randrange(len(tokens))


def _delete(tokens: list[str], random: Random, others: list[str]) -> None:
    start = _place(tokens, random)
    del tokens[start:start + random.choice([1, 1, 1, 2, 4])]


def _duplicate(tokens: list[str], random: Random, others: list[str]) -> None:
    start = _place(tokens, random)
    part = tokens[start:start + random.choice([1, 1, 2, 5])]
    tokens[start:start] = [" " + part[0].lstrip(), *part[1:]]


def _swap(tokens: list[str], random: Random, others: list[str]) -> None:
    one = _place(tokens, random)
    other = min(one + random.choice([1, 1, 2, 3]), len(tokens) - 1)
    tokens[one], tokens[other] = tokens[other], tokens[one]


def _insert(tokens: list[str], random: Random, others: list[str]) -> None:
    tokens.insert(_place(tokens, random), " " + random.choice(
        [random.choice(PUNCTUATION), random.choice(RESERVED_WORDS), random.choice(COMMON_WORDS), random.choice(LITERALS)]))


def _replace_word(tokens: list[str], random: Random, others: list[str]) -> None:
    words = [index for index, token in enumerate(tokens) if token.strip().replace("_", "").isalpha()]
    if words:
        index = random.choice(words)
        space = tokens[index][:len(tokens[index]) - len(tokens[index].lstrip())]
        tokens[index] = space + random.choice([*RESERVED_WORDS, *COMMON_WORDS, *vocabulary.NAMES])


def _replace_any(tokens: list[str], random: Random, others: list[str]) -> None:
    kind = random.choice(["identifier", "integer", "number", "string", "bytes"])
    tokens[_place(tokens, random)] = " " + random.choice(
        [vocabulary.token(kind, random), random.choice(RESERVED_WORDS), random.choice(LITERALS), random.choice(PUNCTUATION)])


def _space(tokens: list[str], random: Random, others: list[str]) -> None:
    tokens.insert(_place(tokens, random), random.choice([*vocabulary.SPACES, "/* open", "--", "\u2028", "\x00", "\u200b"]))


def _glue(tokens: list[str], random: Random, others: list[str]) -> None:
    place = _place(tokens, random)
    tokens[place] = tokens[place].lstrip()


def _borrow(tokens: list[str], random: Random, others: list[str]) -> None:
    lent = vocabulary.tokens_of(random.choice(others))
    if lent:
        start = _place(lent, random)
        place = _place(tokens, random)
        tokens[place:place + random.choice([0, 0, 1, 3])] = [" ", *lent[start:start + random.choice([1, 2, 4, 12])]]


def _wrap(tokens: list[str], random: Random, others: list[str]) -> None:
    start = _place(tokens, random)
    end = min(len(tokens), start + random.choice([1, 3, 8, 40]))
    tokens[start:end] = [" (", *tokens[start:end], ")"]


CHANGES: list[Callable[[list[str], Random, list[str]], None]] = [
    _delete, _delete, _duplicate, _swap, _insert, _insert, _replace_word, _replace_word, _replace_any, _space, _glue, _borrow,
    _borrow, _wrap,
]
