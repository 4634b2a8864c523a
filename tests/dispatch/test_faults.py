"""What is wrong with what is given: codes with facts, and no fault of a use case without one."""

from __future__ import annotations

import ast
from datetime import UTC, datetime
from pathlib import Path

import pytest

from equipage.dispatch.faults import Fault

DISPATCH = Path(__file__).parents[2] / "dispatch"
TELLING = sorted([*(DISPATCH / "services").glob("*.py"), DISPATCH / "intake.py", DISPATCH / "mending.py"])
"""Where what people give is looked at."""


def test_a_fault_is_a_sentence_with_a_code_and_facts() -> None:
    """Programs test the code, pages word the facts, logs have the sentence."""
    fault = Fault("too_long", name="note", length=1001, most=1000)
    assert fault == "note has 1001 characters; at most 1000 are taken"
    assert (fault.code, fault.params) == ("too_long", {"name": "note", "length": 1001, "most": 1000})


def test_facts_are_as_json_has_them() -> None:
    """A moment is told in ISO 8601, several things with commas."""
    start = datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert Fault("no_such_shift", crew_id="A", start=start).params["start"] == "2026-03-01T08:00:00+00:00"
    assert Fault("no_services", unknown=("a", "b"), known=("c",)) == "there is no service a, b; there are: c"


@pytest.mark.parametrize(("code", "facts"), [("none_such", {}), ("too_long", {"name": "note"})])
def test_an_unknown_code_or_other_facts_are_refused(code: str, facts: dict[str, str]) -> None:
    """What no page could word is never told."""
    with pytest.raises(ValueError, match="add its sentence"):
        Fault(code, **facts)


def plain_texts(tree: ast.AST) -> list[int]:
    """Return the lines on which a fault is a mere text: yielded, or appended to `faults`."""
    yielded = [node.value for node in ast.walk(tree) if isinstance(node, ast.Yield)]
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    told = [*yielded, *(call.args[0] for call in calls if ast.unparse(call.func) == "faults.append")]
    return [each.lineno for each in told if isinstance(each, ast.JoinedStr | ast.Constant)]


@pytest.mark.parametrize("file", TELLING, ids=lambda file: file.name)
def test_no_use_case_tells_a_fault_without_a_code(file: Path) -> None:
    """Whatever a person at a page may be refused for can be read in their language."""
    assert plain_texts(ast.parse(file.read_text())) == []


def test_a_fault_without_a_code_would_be_found() -> None:
    """The look at the use cases sees both ways of telling one."""
    assert plain_texts(
        ast.parse("def f():\n    yield 'a'\n    faults.append(f'{b}')\n    yield Fault('c')")
    ) == [2, 3]
