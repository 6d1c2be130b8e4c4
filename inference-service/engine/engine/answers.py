"""From a checked request to a running job, and its pieces as they come."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial

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
    """A running request, one job for each of its choices. `close` cancels what is left of it, and so does
    a client that goes away."""

    def __init__(
        self, scheduler: Scheduler, jobs: list[Job], read: int, pieces: asyncio.Queue, http: Request
    ) -> None:
        self.jobs = jobs
        self._scheduler = scheduler
        self._read = read
        self._pieces = pieces
        self._watch = asyncio.create_task(self._watch_client(http))

    @property
    def usage(self) -> dict[str, int]:
        """A prompt counts once, however many choices answer it."""
        return _usage(self._read, sum(job.generated for job in self.jobs))

    def usage_of(self, index: int) -> dict[str, int]:
        """As a chunk tells it: the tokens of that choice and of its prompt alone until then."""
        job = self.jobs[index]
        return _usage(len(job.prompt), job.generated)

    async def pieces(self) -> AsyncIterator[tuple[int, Piece]]:
        """The pieces of every choice with its index, up to the last of each; raises Refused when the engine
        fails or the client is gone."""
        left = len(self.jobs)
        while left:
            index, piece = await self._pieces.get()
            if piece.error:
                raise piece.error
            yield index, piece
            left -= piece.is_last

    def close(self) -> None:
        self._watch.cancel()
        self._cancel()

    def _cancel(self) -> None:
        for job in self.jobs:
            self._scheduler.cancel(job)

    async def _watch_client(self, http: Request) -> None:
        while (await http.receive())["type"] != "http.disconnect":
            pass
        self._cancel()
        self._pieces.put_nowait((0, Piece(error=Refused(499, "The client has gone away."))))


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
        size += len(str(body.chat_template_kwargs or ""))
        read = partial(self._base.chat_prompt, kwargs=body.chat_template_kwargs)
        prompt = await _maybe_aside(size, read, messages)
        return self._start(body, adapter, [prompt], "messages", http)

    async def complete(self, body: CompletionRequest, http: Request) -> Answer:
        self._need_writer()
        adapter = await self._adapters.get(body.model)
        prompts = [await _maybe_aside(len(one), self._base.plain_prompt, one) for one in body.prompts()]
        return self._start(body, adapter, prompts, "prompt", http)

    def _need_writer(self) -> None:
        if self._base.family == "encoder":
            raise Refused(
                400,
                "This engine serves an encoder, which writes nothing: POST /v1/classify or /v1/embeddings.",
                param="model",
            )

    def _start(self, body, adapter, prompts: list[list[int]], param: str, http: Request) -> Answer:
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
        )
        limits = [
            self._token_limit(len(prompt), adapter.virtual_tokens, body.token_limit, param)
            for prompt in prompts
        ]
        ends = frozenset() if body.ignore_eos else self._base.eos
        ends = ends.union(body.stop_token_ids or ())
        pieces: asyncio.Queue[tuple[int, Piece]] = asyncio.Queue()
        jobs = []
        for prompt, limit in zip(prompts, limits, strict=True):
            # An encoder-decoder's answer stands apart from its prompt.
            apart = self._base.family == "encoder-decoder"
            begin = [self._base.network.config.decoder_start_token_id] if apart else prompt
            for choice in range(body.n or 1):
                # The first choice is what a request for one gets; each other has a seed of its own.
                seed = None if body.seed is None else _seed(body.seed + choice)
                index = len(jobs)
                jobs.append(
                    Job(
                        adapter,
                        prompt,
                        Sampler(replace(sampling, seed=seed), begin),
                        TextStream(self._base.decode, body.stops),
                        limit,
                        ends,
                        lambda piece, index=index: pieces.put_nowait((index, piece)),
                        body.stream,
                        body.logprob_count,
                    )
                )
        self._scheduler.submit(*jobs)
        return Answer(self._scheduler, jobs, sum(map(len, prompts)), pieces, http)

    def _token_limit(self, prompt: int, virtual: int, asked: int | None, param: str) -> int:
        room = self._base.max_len - virtual
        if prompt == 0:
            raise Refused(400, "The prompt has no tokens.", param=param)
        if self._base.family == "encoder-decoder" and prompt <= room:
            # The answer has a place of its own.
            return min(asked or room, room)
        if asked and asked > self._base.max_len:
            raise Refused(
                400,
                f"max_tokens is {asked}, and the whole context is one of {self._base.max_len} tokens.",
                code="context_length_exceeded",
                param="max_tokens",
            )
        over = prompt + 1 - room
        if over > 0:
            taken = f" ({virtual} of {self._base.max_len} are the adapter's)" if virtual else ""
            raise Refused(
                400,
                f"This model's maximum context length is {room} tokens{taken}. The prompt has {prompt} "
                f"tokens and one at least is to be generated: {over} too many. Shorten the prompt.",
                code="context_length_exceeded",
                param=param,
            )
        return min(asked or room, room - prompt)


def _seed(seed: int) -> int:
    """Within the 64 bits of a generator's seed."""
    return (seed + 2**63) % 2**64 - 2**63


def _usage(read: int, said: int) -> dict[str, int]:
    return {"prompt_tokens": read, "completion_tokens": said, "total_tokens": read + said}


async def _maybe_aside(size: int, function, argument):
    """Runs the tokenizer in place for the usual sizes, and beside the event loop for long texts."""
    if size < _LONG_TEXT:
        return function(argument)
    return await asyncio.to_thread(function, argument)
