"""From a checked request to a running job, and its pieces as they come."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

from starlette.requests import Request

from engine.adapters import Adapters
from engine.errors import Refused
from engine.job import Job, Piece
from engine.model import BaseModel
from engine.sampling import Sampler
from engine.scheduler import Scheduler
from engine.schema import ChatRequest, CompletionRequest
from engine.text import TextStream

_LONG_TEXT = 20_000


class Answer:
    """A running request. Leaving the `async with` cancels what is left of it, and so does a client
    that goes away."""

    def __init__(self, scheduler: Scheduler, job: Job, pieces: asyncio.Queue, http: Request) -> None:
        self.job = job
        self._scheduler = scheduler
        self._pieces = pieces
        self._watch = asyncio.create_task(self._watch_client(http))

    @property
    def usage(self) -> dict[str, int]:
        said, read = self.job.generated, len(self.job.prompt)
        return {"prompt_tokens": read, "completion_tokens": said, "total_tokens": read + said}

    async def pieces(self) -> AsyncIterator[Piece]:
        """The pieces up to the last; raises Refused when the engine fails or the client is gone."""
        while True:
            piece = await self._pieces.get()
            if piece.error:
                raise piece.error
            yield piece
            if piece.is_last:
                return

    def close(self) -> None:
        self._watch.cancel()
        self._scheduler.cancel(self.job)

    async def _watch_client(self, http: Request) -> None:
        while (await http.receive())["type"] != "http.disconnect":
            pass
        self._scheduler.cancel(self.job)
        self._pieces.put_nowait(Piece(error=Refused(499, "The client has gone away.")))


class Answers:
    """Starts answers: resolves the model, reads the prompt, checks its length, queues the job."""

    def __init__(self, base: BaseModel, adapters: Adapters, scheduler: Scheduler) -> None:
        self._base = base
        self._adapters = adapters
        self._scheduler = scheduler

    async def chat(self, body: ChatRequest, http: Request) -> Answer:
        self._need_writer()
        adapter = await self._adapters.get(body.model)
        messages = [message.as_template_input() for message in body.messages]
        size = sum(len(message["content"]) for message in messages)
        prompt = await _maybe_aside(size, self._base.chat_prompt, messages)
        return self._start(body, adapter, prompt, "messages", http)

    async def complete(self, body: CompletionRequest, http: Request) -> Answer:
        self._need_writer()
        adapter = await self._adapters.get(body.model)
        prompt = await _maybe_aside(len(body.prompt), self._base.plain_prompt, body.prompt)
        return self._start(body, adapter, prompt, "prompt", http)

    def _need_writer(self) -> None:
        if self._base.family == "encoder":
            raise Refused(
                400,
                "This engine serves an encoder, which writes nothing: POST /v1/classify or /v1/embeddings.",
                param="model",
            )

    def _start(self, body, adapter, prompt: list[int], param: str, http: Request) -> Answer:
        limit = self._token_limit(len(prompt), adapter.virtual_tokens, body.token_limit, param)
        asked = {
            name: getattr(body, name)
            for name in ("temperature", "top_p", "top_k", "min_p", "repetition_penalty")
            if getattr(body, name) is not None
        }
        sampling = replace(
            self._base.defaults,
            **asked,
            presence_penalty=body.presence_penalty,
            frequency_penalty=body.frequency_penalty,
            seed=body.seed,
        )
        pieces: asyncio.Queue[Piece] = asyncio.Queue()
        job = Job(
            adapter,
            prompt,
            Sampler(sampling, prompt),
            TextStream(self._base.decode, body.stops),
            limit,
            frozenset() if body.ignore_eos else self._base.eos,
            pieces.put_nowait,
            body.stream,
            body.logprob_count,
        )
        self._scheduler.submit(job)
        return Answer(self._scheduler, job, pieces, http)

    def _token_limit(self, prompt: int, virtual: int, asked: int | None, param: str) -> int:
        room = self._base.max_len - virtual
        if prompt == 0:
            raise Refused(400, "The prompt has no tokens.", param=param)
        if self._base.family == "encoder-decoder" and prompt <= room:
            # The answer has a place of its own.
            return min(asked or room, room)
        over = prompt + (asked or 1) - room
        if over > 0:
            taken = f" ({virtual} of {self._base.max_len} are the adapter's)" if virtual else ""
            raise Refused(
                400,
                f"This model's maximum context length is {room} tokens{taken}. The prompt has {prompt} "
                f"tokens and {asked or 1} are to be generated: {over} too many. Shorten the prompt"
                f"{' or lower max_tokens' if asked else ''}.",
                code="context_length_exceeded",
                param=param,
            )
        return asked or room - prompt


async def _maybe_aside(size: int, function, argument):
    """Runs the tokenizer in place for the usual sizes, and beside the event loop for long texts."""
    if size < _LONG_TEXT:
        return function(argument)
    return await asyncio.to_thread(function, argument)
