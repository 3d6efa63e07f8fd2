"""Who comes to a showing of the demo cinema, and where they sit."""

from datetime import UTC, datetime
from random import Random

import pytest

from domain.layouts import parse_layout
from domain.lonely_seats import left_lonely
from domain.neighbours import neighbours_of
from scripts.demo.audience import LEAST, MOST, parties, share_sold
from scripts.demo.houses import VENUES, DemoScreen

pytestmark = pytest.mark.once


@pytest.mark.parametrize("screen", [screen for venue in VENUES for screen in venue.screens], ids=lambda each: each.name)
def test_parties_fill_a_house_to_its_share_and_leave_nobody_lonely(screen: DemoScreen) -> None:
    layout = parse_layout(screen.drawing)
    blocks = neighbours_of(layout).blocks
    by_house = left_lonely(blocks, layout.by_label)
    for number in range(60):
        share = (LEAST, 0.3, 0.6, MOST)[number % 4]
        sold = parties(layout, share, Random(number))
        taken = [label for party in sold for label in party]
        assert len(set(taken)) == len(taken) <= len(layout.seats) * share
        assert len(taken) > len(layout.seats) * share * 0.5 - 2
        assert left_lonely(blocks, layout.by_label.keys() - set(taken)) == by_house
        assert all(layout.by_label[label].paired_with in (None, *party) for party in sold for label in party)


def test_a_share_is_between_a_twentieth_and_17_of_20_and_evenings_are_fuller_than_mornings() -> None:
    def average(hour: int) -> float:
        starts = datetime(2026, 11, 20, hour, tzinfo=UTC)
        shares = [share_sold(f"Film {n}", starts, is_today=True, luck=Random(n)) for n in range(300)]
        assert all(LEAST <= share <= MOST for share in shares)
        return sum(shares) / len(shares)

    assert average(20) > average(17) > average(11)
