"""PyPI `zetasql`: its parser, warm and in process. The time is that of the call alone: the request is serialized before,
the answer, a tree of some ten times the text's size, is not decoded. Its own Python layer takes several times as long.
"""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2] / "Reference"), str(Path(__file__).resolve().parent)]

from serving import Text, serve  # noqa: E402
from zetasql_parser import ReferenceParser  # noqa: E402
from zetasql_service import ServiceError  # noqa: E402

parser = ReferenceParser()


def prepare(text: Text) -> object:
    request = parser.request(text["sql"], text["kind"])
    return lambda: parser.service.call("Parse", request)


def accepts(text: Text) -> bool:
    try:
        prepare(text)()
    except ServiceError:
        return False
    return True


serve(accepts, prepare)
