"""Token ids to text, as they come, without ever splitting a character or a stop string."""

_BROKEN = "\ufffd"
_MOST_OPEN_BYTES = 3


class TextStream:
    """Turns tokens into text pieces whose concatenation is the whole answer.

    A piece never ends inside a UTF-8 character, and text that could be the start of a stop string is
    held back until that is decided. The text ends before the first stop string.
    """

    def __init__(self, decode, stops: tuple[str, ...] = ()) -> None:
        self._decode = decode
        self._stops = stops
        self._tokens: list[int] = []
        self._window = 0  # first token decoded again with each push; a character starts here
        self._shown = 0  # characters of the window's text that have been passed on
        self._context = 0  # window start plus the tokens whose text is complete
        self._held = ""  # complete text that may still become a stop string
        self.stopped = False

    def push(self, token: int) -> str:
        """Adds a token; returns the text that is now certain, perhaps none."""
        self._tokens.append(token)
        text = self._decode(self._tokens[self._window :])
        end = _certain_end(text)
        piece = text[self._shown : end]
        self._shown = max(self._shown, end)
        if piece and end == len(text):
            self._move_window()
        return self._past_stops(piece, last=False)

    def finish(self) -> str:
        """The rest of the text, at the end of the answer."""
        if self.stopped:
            return ""
        text = self._decode(self._tokens[self._window :])
        return self._past_stops(text[self._shown :], last=True)

    def _move_window(self) -> None:
        # The tokens of the last complete piece stay in the window: some decoders treat a first token
        # in a special way, so a piece is the difference of two decodings that share a start.
        if self._context > self._window:
            self._window = self._context
            self._shown = len(self._decode(self._tokens[self._window :]))
        self._context = len(self._tokens)

    def _past_stops(self, piece: str, last: bool) -> str:
        if not self._stops:
            return piece
        text = self._held + piece
        found = [at for at in (text.find(stop) for stop in self._stops) if at >= 0]
        if found:
            self.stopped = True
            self._held = ""
            return text[: min(found)]
        keep = 0 if last else _longest_open_stop(text, self._stops)
        self._held = text[len(text) - keep :]
        return text[: len(text) - keep]


def _certain_end(text: str) -> int:
    """Where the text stops being certain: replacement characters at its end may be bytes of a character
    that is not complete yet, and no character has more than three bytes before its last."""
    end = len(text)
    while end > 0 and len(text) - end < _MOST_OPEN_BYTES and text[end - 1] == _BROKEN:
        end -= 1
    return end


def _longest_open_stop(text: str, stops: tuple[str, ...]) -> int:
    longest = 0
    for stop in stops:
        for length in range(min(len(stop) - 1, len(text)), longest, -1):
            if text.endswith(stop[:length]):
                longest = length
                break
    return longest
