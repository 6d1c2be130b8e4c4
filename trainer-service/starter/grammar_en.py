"""How an English reading says its facts, and which questions follow from them."""

MOVES = {
    "intro": (
        "{O}, {S} have caught the eye of many people in {place}.",
        "When people speak of {D}, they often think of {T}, yet {S} deserve just as much attention.",
        "{O}, a new choice has appeared in {D}: {S}.",
    ),
    "doubt": (
        "Some people say that {doubt}. That is only half of the truth.",
        "It is often said that {doubt}. Is that really so?",
    ),
    "story": (
        "When {P} moved to {place} in {year}, nobody there knew about {S}.",
        "{P} first saw {S} in {place} in {year}.",
    ),
    "define": ("{S} use {M} to {E1}.", "Put simply, {S} rely on {M} to {E1}."),
    "cause": (
        "{S} can {E2} because {C}.",
        "Researchers point out that {C}, and this is why {S} can {E2}.",
        "Why can they {E2}? The reason is that {C}.",
    ),
    "contrast": (
        "Unlike {T}, {S} can also {E3}.",
        "{T} can hardly {E3}, but {S} can.",
        "Compared with {T}, {S} have one more strength: they can {E3}.",
    ),
    "number": (
        "{I} studied {place2} for {months} months and found that {me} by {p} percent.",
        "A study of {place2} by {I}, which lasted {months} months, showed that {me} by {p} percent.",
    ),
    "image": ("Just as {image}, {S} need patience too.", "Remember that {image}; the same is true of {S}."),
    "word": ("{Ws}",),
    "limit": ("Of course, there is a problem: {L}.", "However, {L}.", "Not everything is perfect, for {L}."),
    "opinion": (
        "{P} of {G} advises people to {advice}.",
        "{P}, who works for {G}, believes that the best way is to {advice}.",
    ),
    "end": ("In short, {S} not only {E1} but also {E4}.", "All this shows that {S} can {E1} and {E4}."),
}

STATEMENTS = {
    "cause": ("{S} can {E2} because {C}", "{S} can {E3} because {C}"),
    "contrast": ("{S} can {E3}, unlike {T}", "{S} can hardly {E3}, just like {T}"),
    "number": ("{me} by {p} percent", "{me} by {q} percent"),
    "limit": ("One problem is that {L}", "Because {L}, {T} have replaced {S}"),
    "opinion": ("{P} advises people to {advice}", "{P} sees no need to {advice}"),
    "end": ("{S} can {E1} and {E4}", "{S} can {E1} but not {E4}"),
}

METHODS = {}

STEMS = {
    "understand": (
        "Which of the following is true according to the text?",
        "What can we learn from the text?",
    ),
    "reason": ("Why can {S} {E2}?", "What makes it possible for {S} to {E2}?"),
    "number": ("What did {I} find in {place2}?",),
    "differ": ("How do {S} differ from {T}?",),
    "suggest": ("What does {P} suggest?", "What is the advice of {P}?"),
    "word": (
        'What does the word "{W}" in the text mean?',
        'Which is closest in meaning to "{W}" in the text?',
    ),
    "main": ("What is the text mainly about?",),
    "title": ("What is the best title for the text?",),
}

DIFFER = (
    "They can {E3}",
    "They can do without {M}",
    "They are found only in {place2}",
    "They were invented by {I}",
)
SUGGEST = ("{advice}", "Give up {S}", "Choose {T} instead", "Wait for {I} to decide")
MAIN = (
    "The strengths and limits of {S}",
    "The reasons why {T} are replacing {S}",
    "The history of {I}",
    "The daily life of people in {place2}",
)
TITLE_OPTIONS = (
    "{S}: Strengths and Limits",
    "{T}: A Better Choice",
    "How {I} Began",
    "A Journey to {place2}",
)
REASON = {
    "cause": "{C}",
    "limit": "{L}",
    "number": "{me} by {p} percent",
    "opinion": "{G} wants people to {advice}",
}
NUMBER = "{me} by {q} percent"
PLAN = (("reason", "differ"), ("word",), ("number", "suggest", "understand"), ("main", "title"))

ANSWERS = {
    "define": ("What do {S} use to {E1}?", "They use {M}."),
    "cause": ("Why can {S} {E2}?", "Because {C}."),
    "contrast": ("What can {S} do, unlike {T}?", "They can {E3}."),
    "number": ("What did {I} find?", "{me} by {p} percent."),
    "limit": ("What problem does the text mention?", "The problem is that {L}."),
    "opinion": ("What does {P} advise?", "{P} advises people to {advice}."),
    "word": ('What does "{W}" mean in the text?', '"{W}" means {meaning}.'),
}
TITLE = "The strengths and limits of {S}"
