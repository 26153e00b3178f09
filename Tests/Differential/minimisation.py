"""The smallest text that still shows a difference: tokens are taken out, then names and literals are made plain."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

import vocabulary

ROUNDS_MAX = 60
# Parts of up to this length are tried at every place.
SHORT_TOKENS = 12
Keeps = Callable[[list[str]], Iterable[bool]]


def smallest(text: str, keeps: Keeps) -> str:
    """`keeps` says of each of several texts whether it still shows the difference."""
    tokens = vocabulary.tokens_of(text)
    tokens = _fewest(tokens, keeps)
    tokens = _plainest(tokens, keeps)
    tokens = _fewest(tokens, keeps)
    tidy = " ".join(token.strip() for token in tokens)
    return tidy if _first([tidy], keeps) == 0 else "".join(tokens)


def _fewest(tokens: list[str], keeps: Keeps) -> list[str]:
    """Delta debugging: parts are left out as long as that is possible, first large ones side by side, then any short one."""
    size = max(1, len(tokens) // 2)
    while size > SHORT_TOKENS:
        tokens, is_less = _without(tokens, range(0, len(tokens), size), size, keeps)
        size = min(size, len(tokens) // 2) if is_less else size // 2
    is_less = True
    for _ in range(ROUNDS_MAX):
        if not is_less:
            break
        is_less = False
        for short in range(min(SHORT_TOKENS, len(tokens) - 1), 0, -1):
            tokens, is_shorter = _without(tokens, range(len(tokens) - short + 1), short, keeps)
            is_less = is_less or is_shorter
    return tokens


def _without(tokens: list[str], starts: range, size: int, keeps: Keeps) -> tuple[list[str], bool]:
    candidates = [tokens[:start] + tokens[start + size:] for start in starts]
    found = _first(["".join(one) for one in candidates], keeps) if len(tokens) > 1 else None
    return (tokens, False) if found is None else (candidates[found], True)


def _plainest(tokens: list[str], keeps: Keeps) -> list[str]:
    """Each name becomes one letter and each literal the plainest of its kind, where the difference stays."""
    for _ in range(ROUNDS_MAX):
        candidates = [made for index, token in enumerate(tokens) for plain in _plain(token)
                      if (made := [*tokens[:index], plain, *tokens[index + 1:]]) != tokens]
        found = _first(["".join(one) for one in candidates], keeps)
        if found is None:
            break
        tokens = candidates[found]
    return tokens


def _plain(token: str) -> Iterator[str]:
    """Plainer forms of a token; none is plainer than itself, so this comes to an end."""
    word = vocabulary.tokens_of(token)[-1].strip() if token.strip() else ""
    word = word[len(word) - len(word.lstrip()):]
    space = " " if token[:1] != word[:1] else ""
    if re.fullmatch(r"[A-Za-z_]\w*", word) and word not in ("a", "b"):
        is_keyword = word.upper() in vocabulary.KEYWORDS
        if is_keyword and word != word.upper():
            yield space + word.upper()
        yield from (space + "a", space + "b")
    elif re.fullmatch(r"\d+", word) and word != "1":
        yield space + "1"
    elif word[:1] in ("'", '"') and word not in ("''", "'a'"):
        yield space + "'a'"
    elif word[:1] == "`" and word != "`a`":
        yield from (space + "a", space + "`a`")
    if token != space + word:
        yield space + word


def _first(candidates: list[str], keeps: Keeps) -> int | None:
    """The first that keeps the difference; asked for in small groups, because one of the first is often enough."""
    for start in range(0, len(candidates), 16):
        for offset, is_kept in enumerate(keeps(candidates[start:start + 16])):
            if is_kept:
                return start + offset
    return None
