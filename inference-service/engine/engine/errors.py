"""What the engine refuses, as the OpenAI error object."""


class Refused(Exception):
    """A request the engine understands and refuses; it becomes `status` and an OpenAI error object.

    The message is written for the caller: it names the field or folder and says what to do.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.param = param
        self.retry_after = retry_after


_TYPES = {403: "permission_error", 429: "rate_limit_error"}


def error_body(status: int, message: str, code: str | None = None, param: str | None = None) -> dict:
    """The OpenAI error object for a status: `{"error": {message, type, param, code}}`."""
    kind = _TYPES.get(status, "server_error" if status >= 500 else "invalid_request_error")
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def unknown_model(name: str) -> Refused:
    """The 404 for a model or adapter name that is not served."""
    return Refused(
        404,
        f"The model '{name}' is not served here. GET /v1/models lists what is.",
        code="model_not_found",
        param="model",
    )
