"""The HTTP surface: vLLM's paths, OpenAI's shapes."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, StreamingResponse
from starlette.exceptions import HTTPException

from engine.adapters import Adapters, Entry
from engine.answers import Answer, Answers
from engine.errors import Refused, error_body
from engine.guard import BodyGuard
from engine.model import BaseModel
from engine.reading import Reader
from engine.scheduler import Scheduler
from engine.schema import (
    ChatRequest,
    ClassifyRequest,
    CompletionRequest,
    EmbeddingRequest,
    Generation,
    LoadAdapter,
    UnloadAdapter,
)
from engine.wire import DONE, Wire, embedding_answer, read_answer, sse

log = logging.getLogger(__name__)


def create_app(
    base: BaseModel,
    name: str,
    created: int,
    adapters: Adapters,
    scheduler: Scheduler,
    reader: Reader,
) -> FastAPI:
    """The engine's routes over one base model served as `name`."""

    @asynccontextmanager
    async def lifespan(_: FastAPI):
        scheduler.start()
        yield
        scheduler.close()
        reader.close()
        adapters.close()

    app = FastAPI(lifespan=lifespan, openapi_url=None)
    app.add_middleware(BodyGuard)
    _answer_errors_as_openai(app)
    answers = Answers(base, adapters, scheduler)

    @app.get("/health")
    async def health() -> PlainTextResponse:
        scheduler.check()
        return PlainTextResponse("")

    @app.get("/load")
    async def load() -> dict:
        return {
            "server_load": scheduler.running + scheduler.waiting + reader.waiting,
            "running": scheduler.running,
            "waiting": scheduler.waiting,
            "generated_tokens": scheduler.tokens,
        }

    @app.get("/v1/models")
    async def models() -> dict:
        scheduler.check()
        card = {"id": name, "object": "model", "created": created, "owned_by": "tunemesh"}
        card |= {"root": str(base.folder), "parent": None, "max_model_len": base.max_len}
        tuned = [_card(entry, name) for entry in adapters.list()]
        return {"object": "list", "data": [card, *tuned]}

    @app.post("/v1/load_lora_adapter")
    async def load_adapter(body: LoadAdapter) -> PlainTextResponse:
        await adapters.load(body.lora_name, body.lora_path, body.load_inplace)
        return PlainTextResponse(f"Success: LoRA adapter '{body.lora_name}' added successfully.")

    @app.post("/v1/unload_lora_adapter")
    async def unload_adapter(body: UnloadAdapter) -> PlainTextResponse:
        await adapters.unload(body.lora_name)
        return PlainTextResponse(f"Success: LoRA adapter '{body.lora_name}' removed successfully.")

    @app.post("/v1/chat/completions")
    async def chat(body: ChatRequest, request: Request):
        return await _respond(body, True, await answers.chat(body, request), base)

    @app.post("/v1/completions")
    async def complete(body: CompletionRequest, request: Request):
        return await _respond(body, False, await answers.complete(body, request), base)

    @app.post("/classify")
    @app.post("/v1/classify")
    async def classify(body: ClassifyRequest) -> dict:
        rows, read = await reader.classify(body)
        return read_answer("classify", body.model, rows, read)

    @app.post("/v1/embeddings")
    async def embed(body: EmbeddingRequest) -> dict:
        vectors, read = await reader.embed(body)
        return embedding_answer(body.model, vectors, body.encoding_format, read)

    return app


def _card(entry: Entry, base_name: str) -> dict:
    return {
        "id": entry.name,
        "object": "model",
        "created": entry.created,
        "owned_by": "tunemesh",
        "root": str(entry.folder),
        "parent": base_name,
    }


async def _respond(body: Generation, chat: bool, answer: Answer, base: BaseModel):
    wire = Wire(body.model, chat, body.logprob_count is not None, base.decode, base.token_bytes)
    if body.stream:
        chunks = _stream(body, wire, answer)
        return StreamingResponse(chunks, media_type="text/event-stream")
    try:
        made = {index: piece async for index, piece in answer.pieces()}
        return JSONResponse(wire.whole([made[index] for index in sorted(made)], answer.usage))
    finally:
        answer.close()


async def _stream(body: Generation, wire: Wire, answer: Answer) -> AsyncIterator[bytes]:
    def extra(index: int) -> dict:
        if not body.wants_usage:
            return {}
        return {"usage": answer.usage_of(index) if body.wants_usage_often else None}

    try:
        if wire.chat:
            for index in range(len(answer.jobs)):
                yield wire.first_chunk(index, **extra(index))
        async for index, piece in answer.pieces():
            yield wire.chunk(index, piece, **extra(index))
        if body.wants_usage:
            yield wire.usage_chunk(answer.usage)
    except Refused as refused:
        yield sse(error_body(refused.status, refused.message, refused.code, refused.param))
    finally:
        answer.close()
    yield DONE


def _answer_errors_as_openai(app: FastAPI) -> None:
    @app.exception_handler(Refused)
    async def refused(_: Request, error: Refused) -> JSONResponse:
        headers = {"Retry-After": str(error.retry_after)} if error.retry_after else None
        body = error_body(error.status, error.message, error.code, error.param)
        return JSONResponse(body, error.status, headers)

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        place = [str(part) for part in first["loc"] if part != "body"]
        if first["type"] == "json_invalid":
            return JSONResponse(error_body(400, "The body is not valid JSON."), 400)
        param = ".".join(place) or None
        message = first["msg"].removeprefix("Value error, ")
        return JSONResponse(
            error_body(400, f"{param}: {message}" if param else message, "invalid_value", param),
            400,
        )

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> JSONResponse:
        message = f"{request.method} {request.url.path}: {error.detail}"
        return JSONResponse(error_body(error.status_code, message), error.status_code, error.headers)

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> JSONResponse:
        log.error("request failed path=%s", request.url.path, exc_info=error)
        return JSONResponse(error_body(500, "The engine failed on this request."), 500)
