"""What the documents show is true of the code."""

import re
from pathlib import Path

import pytest
from graphql import build_schema, parse, validate

from scripts.export_schema import FILE

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
PAGES = [
    ROOT / "README.md",
    ROOT / "ARCHITECTURE.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("**/*.md")),
]
BLOCKS = [
    (page.name, block) for page in PAGES for block in re.findall(r"```graphql\n(.*?)```", page.read_text(), re.DOTALL)
]
LINKS = [(page, link) for page in PAGES for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text())]
PROOFS = [
    proof
    for page in ("features.md", "security.md", "rate-limits.md")
    for proof in re.findall(r"\btests/[\w/]+(?:\.py)?", (ROOT / "docs" / page).read_text())
]


def test_there_is_something_to_check() -> None:
    assert len(BLOCKS) >= 4
    assert len(LINKS) >= 10
    assert len(PROOFS) >= 60


@pytest.mark.parametrize(("page", "block"), BLOCKS)
def test_every_example_is_valid(page: str, block: str) -> None:
    assert validate(build_schema(FILE.read_text()), parse(block)) == []


@pytest.mark.parametrize(("page", "link"), LINKS, ids=lambda each: getattr(each, "name", each))
def test_every_link_leads_somewhere(page: Path, link: str) -> None:
    assert (page.parent / link).exists()


@pytest.mark.parametrize("proof", sorted(set(PROOFS)))
def test_every_proof_that_is_named_exists(proof: str) -> None:
    assert (ROOT / proof).exists() or list(ROOT.glob(f"{proof}*")), proof
