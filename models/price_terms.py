"""A venue's price terms as they are stored: a JSON object without what does not apply, so `{}` where nothing does."""

import json
from dataclasses import asdict, fields
from functools import lru_cache
from typing import Final, TypeAlias

from tortoise.fields.db_defaults import SqlDefault

from domain.price_terms import NO_TERMS, PriceTerms

StoredTerms: TypeAlias = dict[str, str | int | bool]

NOTHING_STORED: Final = SqlDefault("'{}'")  # of rows that were there before there were terms


def write_terms(terms: PriceTerms) -> StoredTerms:
    """The terms as a row keeps them."""
    return {name: value for name, value in asdict(terms).items() if value != getattr(NO_TERMS, name)}


def read_terms(stored: StoredTerms) -> PriceTerms:
    """The terms that a row keeps."""
    return terms_from(json.dumps(stored)) if stored else NO_TERMS


@lru_cache(maxsize=1_024)
def terms_from(text: str) -> PriceTerms:
    """The terms in a column's text; venues have few, so each is read once per process."""
    found = json.loads(text)
    return PriceTerms(**{field.name: found[field.name] for field in fields(PriceTerms) if field.name in found})
