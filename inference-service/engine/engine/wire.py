"""The answers on the wire: OpenAI's chat and completion objects, whole and in chunks."""

import base64
import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from engine.job import Piece, TokenScore


@dataclass(frozen=True)
class Wire:
    """How one response is written; `chat` chooses between the two endpoints' shapes."""

    model: str
    chat: bool
    logprobs: bool
    decode: Callable[[list[int]], str]
    token_bytes: Callable[[int], bytes]
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    created: int = field(default_factory=lambda: int(time.time()))

    def whole(self, pieces: list[Piece], usage: dict[str, int]) -> dict:
        choices = []
        for index, piece in enumerate(pieces):
            message = {"message": {"role": "assistant", "content": piece.text, "refusal": None}}
            choices.append(self._choice(index, message if self.chat else {"text": piece.text}, piece))
        kind = "chat.completion" if self.chat else "text_completion"
        return self._object(kind, choices, usage=usage)

    def first_chunk(self, index: int, **extra) -> bytes:
        """Opens a choice of a chat stream with the assistant's role, as OpenAI does."""
        opening = self._choice(index, {"delta": {"role": "assistant", "content": ""}}, Piece())
        return sse(self._object(self._chunk_kind, [opening], **extra))

    def chunk(self, index: int, piece: Piece, **extra) -> bytes:
        if self.chat:
            choice = {"delta": {"content": piece.text} if piece.text else {}}
        else:
            choice = {"text": piece.text}
        return sse(self._object(self._chunk_kind, [self._choice(index, choice, piece)], **extra))

    def usage_chunk(self, usage: dict[str, int]) -> bytes:
        return sse(self._object(self._chunk_kind, [], usage=usage))

    @property
    def _chunk_kind(self) -> str:
        return "chat.completion.chunk" if self.chat else "text_completion"

    def _object(self, kind: str, choices: list[dict], **extra) -> dict:
        prefix = "chatcmpl" if self.chat else "cmpl"
        head = {"id": f"{prefix}-{self.id}", "object": kind, "created": self.created}
        return head | {"model": self.model, "choices": choices} | extra

    def _choice(self, index: int, choice: dict, piece: Piece) -> dict:
        scores = None
        if self.logprobs and piece.scores:
            scores = self._chat_scores(piece) if self.chat else self._text_scores(piece)
        return {"index": index} | choice | {"logprobs": scores, "finish_reason": piece.finish}

    def _chat_scores(self, piece: Piece) -> dict:
        def entry(token: int, logprob: float) -> dict:
            bytes_ = list(self.token_bytes(token))
            return {"token": self.decode([token]), "logprob": logprob, "bytes": bytes_}

        def full(score: TokenScore) -> dict:
            best = [entry(token, logprob) for token, logprob in score.best]
            return entry(score.token, score.logprob) | {"top_logprobs": best}

        return {"content": [full(score) for score in piece.scores], "refusal": None}

    def _text_scores(self, piece: Piece) -> dict:
        return {
            "tokens": [self.decode([score.token]) for score in piece.scores],
            "token_logprobs": [score.logprob for score in piece.scores],
            "top_logprobs": [
                {self.decode([token]): logprob for token, logprob in score.best} for score in piece.scores
            ],
        }


def read_answer(kind: str, model: str, data: list[dict], read: int) -> dict:
    """vLLM's list of what was read out of texts."""
    return {
        "id": f"{kind}-{uuid.uuid4().hex}",
        "object": "list",
        "created": int(time.time()),
        "model": model,
        "data": data,
        "usage": {"prompt_tokens": read, "completion_tokens": 0, "total_tokens": read},
    }


def embedding_answer(model: str, vectors: list, encoding: str, read: int) -> dict:
    """OpenAI's list of embeddings; base64 is that of little-endian float32."""

    def written(vector) -> list[float] | str:
        if encoding == "float":
            return vector.tolist()
        return base64.b64encode(vector.numpy().astype("<f4").tobytes()).decode()

    data = [
        {"object": "embedding", "index": i, "embedding": written(vector)}
        for i, vector in enumerate(vectors)
    ]
    return read_answer("embd", model, data, read)


DONE = b"data: [DONE]\n\n"


def sse(payload: dict) -> bytes:
    """One server-sent event; JSON holds no raw line break, so one `data:` line is enough."""
    return f"data: {json.dumps(payload, ensure_ascii=False, separators=(',', ':'))}\n\n".encode()
