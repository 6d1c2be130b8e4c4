"""docs/training.md says of every option what is true of the code; its limits are held by the contracts."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

from tune.spec import METHODS, OPTIONS_OF, UNDER_SWITCH, Spec

PAGE = Path(__file__).parents[3] / "docs" / "training.md"


def rows(mark: str) -> list[list[str]]:
    table = PAGE.read_text(encoding="utf-8").split(f"<!-- {mark} -->")[1].split(f"<!-- /{mark} -->")[0]
    return [[cell.strip() for cell in line[1:-1].split("|")] for line in table.strip().split("\n")[2:]]


def test_every_default_and_every_method_of_an_option_is_there():
    defaults = {f.name: f.default for f in fields(Spec)}
    said = {row[0].strip("`"): row for row in rows("options")}
    assert set(said) == set(defaults)
    for name, (_, _, default, _, methods) in said.items():
        if defaults[name] is None:
            assert default and not default.startswith("`"), name
        else:
            value = defaults[name]
            assert default == f"`{value if isinstance(value, str) else json.dumps(value)}`", name
        switch = UNDER_SWITCH.get(name.partition("_")[0])
        needed = (switch,) if switch else OPTIONS_OF.get(name, ())
        assert methods == ", ".join(f"`{m}`" for m in needed), name


def test_every_method_is_there():
    assert tuple(row[0].strip("`") for row in rows("methods")) == METHODS
