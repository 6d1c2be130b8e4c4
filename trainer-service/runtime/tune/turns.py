"""The answers of a chat as the model's own template writes them: what stands before each, and what the model is to write."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from tune import tool_turns

STAND_IN = "tunemesh"
"""A content that templates neither trim nor read."""
DAY = datetime(2025, 1, 1)
"""The day's date to every template that asks for it, so that a training is the same on any day; datasets count with it too."""


@dataclass(frozen=True)
class Turn:
    """An answer: the tokens from where the turn before it ended (`glue`), its own, `said` of which are to be generated, and
    the text up to its begin and its end. Of an answer that stands alone the glue is all before it, and `earlier` of these
    tokens are of turns up to the answer before it."""

    index: int
    glue: list[int]
    answer: list[int]
    said: int
    before: str
    after: str
    earlier: int = 0


@dataclass(frozen=True)
class Turns:
    """The turns of a chat, its tools as data where the template knows them."""

    tokenizer: object
    stop_ids: frozenset[int]
    messages: list[dict]
    told: tool_turns.Told

    @staticmethod
    def of(messages: list[dict], tokenizer: object, stop_ids: frozenset[int]) -> Turns:
        return Turns(tokenizer, stop_ids, messages, tool_turns.told(tokenizer, messages))

    @property
    def answers(self) -> list[int]:
        """Where the assistant speaks."""
        return [index for index, message in enumerate(self.messages) if message["role"] == "assistant"]

    def together(self, indices: list[int]) -> list[Turn] | None:
        """These answers in one text; None where the template writes one of them otherwise once others follow."""
        turns: list[Turn] = []
        for index in indices:
            before, after = self._texts(index)
            done = turns[-1].after if turns else ""
            if not before.startswith(done) or not after.startswith(before):
                return None
            answer = self.ids(after[len(before) :])
            stop = max((i for i, token in enumerate(answer) if token in self.stop_ids), default=None)
            last = index == indices[-1]
            if stop is None and last:
                answer.append(self.tokenizer.eos_token_id)
            said = len(answer) if stop is None else stop + 1
            answer = answer[:said] if last else answer
            turns.append(Turn(index, self.ids(before[len(done) :]), answer, said, before, after))
        return turns

    def alone(self, index: int) -> Turn | None:
        """An answer behind its prompt as it is when the model is asked for it; None where the template writes that otherwise
        once the answer is there."""
        turns = self.together([index])
        if not turns or not (answers := [i for i in self.answers if i < index]):
            return turns[0] if turns else None
        last = answers[-1]
        told = [*self.told.first(last), *_with_stand_in(self.told.parts[last])]
        told += self.told.first(index)[len(self.told.first(last + 1)) :]
        since = self._render(told, True).rpartition(STAND_IN)[2]
        earlier = self.ids(turns[0].before.removesuffix(since))
        return replace(turns[0], earlier=len(earlier) if turns[0].before.endswith(since) else 0)

    def reference(self, turn: Turn) -> tuple[str, str]:
        """What an answer is measured against, and what the model learns to write before that (an empty thought of Qwen3).

        It is the message's own content. Where the template writes that otherwise, it is all that the model learns to write.
        """
        content = self.messages[turn.index]["content"]
        if not any("tool_calls" in message for message in self.told.parts[turn.index]):
            written = turn.after[len(turn.before) :]
            for lead in (self._lead(turn), ""):
                if written.startswith(lead) and written[len(lead) :].lstrip().startswith(content.strip()):
                    return content, self._decoded(self.ids(lead)) if lead else ""
        # The last of what is said ends the turn.
        return self._decoded(turn.answer[: turn.said - 1]), ""

    def _lead(self, turn: Turn) -> str:
        """What the template writes before whatever content."""
        messages = [*self.told.first(turn.index), {"role": "assistant", "content": STAND_IN}]
        written = self._render(messages, False).removeprefix(turn.before)
        return written.partition(STAND_IN)[0]

    def _texts(self, index: int) -> tuple[str, str]:
        return self._render(self.told.first(index), True), self._render(self.told.first(index + 1), False)

    def _render(self, messages: list[dict], prompt: bool) -> str:
        return render(self.tokenizer, messages, prompt, self.told.tools)

    def ids(self, text: str) -> list[int]:
        return self.tokenizer(text, add_special_tokens=False)["input_ids"]

    def _decoded(self, ids: list[int]) -> str:
        return self.tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)


def _with_stand_in(part: list[dict]) -> list[dict]:
    return [message | {"content": STAND_IN} for message in part]


def render(tokenizer: object, messages: list[dict], prompt: bool, tools: list | None = None) -> str:
    """The chat as text, by the tokenizer's own template; with `prompt`, up to where the assistant speaks next."""
    return tokenizer.apply_chat_template(
        messages, tools=tools, tokenize=False, add_generation_prompt=prompt, strftime_now=DAY.strftime
    )
