"""What a body must be before anything reads it."""

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.errors import error_body

LARGEST_BODY = 8 << 20
MOST_DRAINED = 4 * LARGEST_BODY
_TOO_LARGE = "The body is larger than 8 MiB."


class BodyGuard:
    """Refuses a POST that is not `application/json` (415) or is larger than 8 MiB (413).

    The media type keeps web pages out: a browser sends JSON to another origin only when that origin
    allows it, and this one never does.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            return await self._app(scope, receive, send)
        headers = dict(scope["headers"])
        media = headers.get(b"content-type", b"").split(b";")[0].strip().lower()
        if media != b"application/json":
            return await _refuse(415, "Send the body as application/json.", scope, receive, send)
        declared = headers.get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > LARGEST_BODY:
            return await _refuse(413, _TOO_LARGE, scope, receive, send)
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > LARGEST_BODY:
                raise HTTPException(413, _TOO_LARGE)
            return message

        await self._app(scope, counted, send)


async def _refuse(status: int, message: str, scope: Scope, receive: Receive, send: Send) -> None:
    await _drain(receive)
    response = JSONResponse(error_body(status, message), status, {"Connection": "close"})
    await response(scope, receive, send)


async def _drain(receive: Receive) -> None:
    """Reads a body away, within bounds: closing on unread bytes resets the connection under the answer."""
    seen = 0
    while seen < MOST_DRAINED:
        message = await receive()
        seen += len(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body"):
            return
