"""The requests on the wire: OpenAI's fields, and the few that vLLM adds.

Unknown fields are ignored, as vLLM does. A known field that this engine cannot honour is refused, so
that no answer silently differs from what was asked.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator


class Body(BaseModel):
    """An object of a request. A field that is null is one that was left out, in whichever it stands."""

    @model_validator(mode="before")
    @classmethod
    def without_nulls(cls, body: Any) -> Any:
        if isinstance(body, dict):
            return {field: value for field, value in body.items() if value is not None}
        return body


class StreamOptions(Body):
    include_usage: bool = False
    continuous_usage_stats: bool = False


class TextPart(BaseModel):
    type: Literal["text"]
    text: str


class Message(Body):
    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[TextPart]
    name: str | None = None

    @model_validator(mode="before")
    @classmethod
    def no_calls(cls, message: Any) -> Any:
        return _refuse_fields(message, {"tool_calls": ([],), "function_call": ()})

    @model_validator(mode="before")
    @classmethod
    def words_of_a_refusal(cls, message: Any) -> Any:
        """An assistant may have said nothing, or a refusal in place of it."""
        is_assistants = isinstance(message, dict) and message.get("role") == "assistant"
        if is_assistants and message.get("content") is None:
            return message | {"content": message.get("refusal") or ""}
        return message

    def as_template_input(self) -> dict[str, str]:
        """The message as chat templates take it, its parts as lines, as in vLLM.

        `developer` is OpenAI's newer name of `system`.
        """
        text = self.content
        if not isinstance(text, str):
            text = "\n".join(part.text for part in text)
        return {"role": "system" if self.role == "developer" else self.role, "content": text}


class Generation(Body):
    """What chat and plain completions have in common; `None` means the model's own default."""

    model_config = ConfigDict(extra="ignore")

    model: str
    max_tokens: int | None = Field(None, ge=1)
    temperature: float | None = Field(None, ge=0, le=2)
    top_p: float | None = Field(None, gt=0, le=1)
    top_k: int | None = Field(None, ge=-1)
    min_p: float | None = Field(None, ge=0, le=1)
    repetition_penalty: float | None = Field(None, gt=0, le=10)
    presence_penalty: float = Field(0, ge=-2, le=2)
    frequency_penalty: float = Field(0, ge=-2, le=2)
    seed: int | None = Field(None, ge=-(2**63), lt=2**63)
    stop: str | list[str] | None = None
    stop_token_ids: list[int] | None = None
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: int | None = Field(1, ge=1, le=16)
    ignore_eos: bool = False

    @model_validator(mode="before")
    @classmethod
    def no_bounds_on_tokens(cls, body: Any) -> Any:
        return _refuse_fields(
            body,
            {
                "guided_choice": ([],),
                "guided_grammar": (),
                "guided_json": (),
                "guided_regex": (),
                "structured_outputs": ({},),
                "logit_bias": ({},),
                "min_tokens": (0,),
                "allowed_token_ids": (),
                "bad_words": ([],),
            },
        )

    @field_validator("stop")
    @classmethod
    def at_most_sixteen_stops(cls, stop: str | list[str] | None) -> str | list[str] | None:
        stops = [stop] if isinstance(stop, str) else stop or []
        if len(stops) > 16 or any(not 0 < len(text) <= 1000 for text in stops):
            raise ValueError("at most 16 stop strings of 1 to 1000 characters each")
        return stop

    @property
    def stops(self) -> tuple[str, ...]:
        return (self.stop,) if isinstance(self.stop, str) else tuple(self.stop or ())

    @property
    def wants_usage(self) -> bool:
        return self.stream_options is not None and self.stream_options.include_usage

    @property
    def wants_usage_often(self) -> bool:
        """Whether each chunk is to tell the usage until then; as in vLLM only beside the last."""
        return self.wants_usage and self.stream_options.continuous_usage_stats


def _refuse_fields(body: Any, neutral: dict[str, tuple]) -> Any:
    """Refuses fields the engine has no behaviour for, unless they hold a value that asks nothing."""
    if isinstance(body, dict):
        for field, allowed in neutral.items():
            if field in body and body[field] not in (None, *allowed):
                raise ValueError(f"'{field}' is not supported by this engine: leave it out")
    return body


def _each(given: Any) -> list[str | list[int]]:
    """Texts, each as such or as token ids, of which one may stand without a list around it."""
    return [given] if isinstance(given, str) or isinstance(given[0], int) else given


class ChatRequest(Generation):
    """`POST /v1/chat/completions`."""

    messages: list[Message] = Field(min_length=1)
    max_completion_tokens: int | None = Field(None, ge=1)
    logprobs: bool = False
    top_logprobs: int | None = Field(None, ge=0, le=20)
    chat_template_kwargs: dict[str, Any] | None = None

    @model_validator(mode="before")
    @classmethod
    def only_supported_fields(cls, body: Any) -> Any:
        text = {"type": "text"}
        return _refuse_fields(
            body,
            {
                "tools": ([],),
                "tool_choice": ("none", "auto"),
                "functions": ([],),
                "function_call": ("none", "auto"),
                "response_format": (text,),
                "add_generation_prompt": (True,),
                "continue_final_message": (False,),
                "modalities": (["text"],),
                "audio": (),
                "web_search_options": (),
                "moderation": (),
            },
        )

    @model_validator(mode="after")
    def top_logprobs_need_logprobs(self) -> "ChatRequest":
        if self.top_logprobs is not None and not self.logprobs:
            raise ValueError("'top_logprobs' needs 'logprobs': true")
        return self

    @property
    def token_limit(self) -> int | None:
        return self.max_completion_tokens or self.max_tokens

    @property
    def logprob_count(self) -> int | None:
        return (self.top_logprobs or 0) if self.logprobs else None


class CompletionRequest(Generation):
    """`POST /v1/completions`, with prompts as text or as token ids."""

    prompt: str | list[int] | list[str] | list[list[int]]
    logprobs: int | None = Field(None, ge=0, le=20)

    @model_validator(mode="before")
    @classmethod
    def only_supported_fields(cls, body: Any) -> Any:
        return _refuse_fields(body, {"echo": (False,), "suffix": ("",), "best_of": (1,)})

    @field_validator("prompt")
    @classmethod
    def one_to_sixteen_prompts(cls, prompt: Any) -> Any:
        if not prompt or not all(_each(prompt)):
            raise ValueError("the prompt is empty")
        if len(_each(prompt)) > 16:
            raise ValueError("at most 16 prompts in a request")
        return prompt

    def prompts(self) -> list[str | list[int]]:
        """Each has `n` choices, those of the first prompt first."""
        return _each(self.prompt)

    @property
    def token_limit(self) -> int:
        return self.max_tokens or 16

    @property
    def logprob_count(self) -> int | None:
        return self.logprobs


class LoadAdapter(BaseModel):
    """`POST /v1/load_lora_adapter`."""

    lora_name: str = Field(min_length=1, max_length=256)
    lora_path: str = Field(min_length=1, max_length=4096)
    load_inplace: bool = False


class UnloadAdapter(BaseModel):
    """`POST /v1/unload_lora_adapter`."""

    lora_name: str = Field(min_length=1, max_length=256)


class ClassifyRequest(Body):
    """`POST /v1/classify`, as vLLM has it: texts, or the messages of one."""

    model_config = ConfigDict(extra="ignore")

    model: str
    input: str | list[str] | None = None
    messages: list[Message] | None = None
    truncate_prompt_tokens: int | None = Field(None, ge=-1)

    @model_validator(mode="before")
    @classmethod
    def only_supported_fields(cls, body: Any) -> Any:
        return _refuse_fields(body, {"chat_template_kwargs": ({},)})

    @model_validator(mode="after")
    def one_of_two(self) -> "ClassifyRequest":
        if bool(self.input) == bool(self.messages):
            raise ValueError("send either 'input', a text or some, or 'messages'")
        if isinstance(self.input, list) and len(self.input) > 2048:
            raise ValueError("at most 2048 texts in 'input'")
        return self

    def template_input(self) -> list[dict[str, str]]:
        return [message.as_template_input() for message in self.messages]


class EmbeddingRequest(Body):
    """`POST /v1/embeddings`."""

    model_config = ConfigDict(extra="ignore")

    model: str
    input: str | list[str] | list[int] | list[list[int]] = Field(min_length=1)
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: int | None = Field(None, ge=1)
    truncate_prompt_tokens: int | None = Field(None, ge=-1)

    @field_validator("input")
    @classmethod
    def at_most_2048(cls, texts):
        if len(_each(texts)) > 2048:
            raise ValueError("at most 2048 texts in 'input'")
        return texts

    def texts(self) -> list[str | list[int]]:
        return _each(self.input)
