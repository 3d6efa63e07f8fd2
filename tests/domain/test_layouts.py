"""Layouts: what is drawn is what is sold, whatever is drawn."""

from dataclasses import dataclass

import pytest
from hypothesis import given, settings, strategies as st

from domain.layouts import MAX_SEATS, Layout, LayoutError, SeatKind, parse_layout

KINDS = {
    "s": SeatKind.STANDARD,
    "p": SeatKind.PREMIUM,
    "v": SeatKind.VIP,
    "w": SeatKind.WHEELCHAIR,
    "c": SeatKind.COMPANION,
}
NAMES = st.text("ABCDEFGHJK", min_size=1, max_size=2)
PLACES = st.text("sssspvwc. ", min_size=1, max_size=25).filter(lambda places: places.strip())
SECTIONS = st.one_of(st.none(), st.sampled_from(["Stalls", "Balcony", "Góc trái", "1"]))


@dataclass(frozen=True)
class Row:
    """One row as it is drawn: perhaps behind a heading, perhaps behind cross aisles."""

    name: str
    places: str
    heading: str | None
    aisles: int

    @property
    def lines(self) -> list[str]:
        heading = [] if self.heading is None else [f"[{self.heading}]"]
        return [""] * self.aisles + heading + [f"{self.name} {self.places}"]


ROWS = st.lists(
    st.builds(Row, NAMES, PLACES, SECTIONS, st.integers(0, 2)), min_size=1, max_size=12, unique_by=lambda row: row.name
).filter(lambda rows: any(place in KINDS for row in rows for place in row.places))
MARGIN = st.sampled_from(["", "\n", "\n\n", "\n  \n"])


def drawn(rows: list[Row], end: str = "\n") -> str:
    return end.join(line for row in rows for line in row.lines)


@given(ROWS)
def test_every_letter_is_a_seat_and_nothing_else_is(rows: list[Row]) -> None:
    seats = parse_layout(drawn(rows)).seats
    assert [seat.kind for seat in seats] == [KINDS[place] for row in rows for place in row.places if place in KINDS]
    assert [seat.row for seat in seats] == [row.name for row in rows for place in row.places if place in KINDS]


@given(ROWS)
def test_labels_are_unique_and_say_row_and_number(rows: list[Row]) -> None:
    layout = parse_layout(drawn(rows))
    assert len(layout.by_label) == len(layout.seats)
    assert all(seat.label == f"{seat.row}{seat.number}" and len(seat.label) <= 8 for seat in layout.seats)
    for row in rows:
        numbers = [seat.number for seat in layout.seats if seat.row == row.name]
        assert numbers == list(range(1, len(numbers) + 1))


@given(ROWS)
def test_seats_are_in_reading_order_and_no_two_in_one_place(rows: list[Row]) -> None:
    places = [(seat.y, seat.x) for seat in parse_layout(drawn(rows)).seats]
    assert places == sorted(set(places))


@given(ROWS)
def test_a_seat_stands_where_it_is_drawn(rows: list[Row]) -> None:
    lines = [line for row in rows for line in row.lines]
    while not lines[0]:
        lines.pop(0)
    canvas = [line.partition(" ")[2] for line in lines if not line.startswith("[")]
    for seat in parse_layout(drawn(rows)).seats:
        assert KINDS[canvas[int(seat.y)][int(seat.x)]] is seat.kind


@given(ROWS)
def test_a_section_lasts_until_the_next(rows: list[Row]) -> None:
    sections: dict[str, str | None] = {}
    current: str | None = None
    for row in rows:
        current = row.heading if row.heading is not None else current
        sections[row.name] = current
    assert all(seat.section == sections[seat.row] for seat in parse_layout(drawn(rows)).seats)


@given(ROWS, MARGIN, MARGIN, st.sampled_from(["\n", "\r\n"]))
def test_empty_lines_around_and_line_ends_do_not_matter(rows: list[Row], above: str, below: str, end: str) -> None:
    assert parse_layout(above + drawn(rows, end) + below) == parse_layout(drawn(rows))


@given(ROWS)
def test_what_is_read_can_be_drawn_again(rows: list[Row]) -> None:
    layout = parse_layout(drawn(rows))
    again = parse_layout(redrawn(layout))
    assert [(s.label, s.section, s.x, s.kind) for s in again.seats] == [
        (s.label, s.section, s.x, s.kind) for s in layout.seats
    ]


def redrawn(layout: Layout) -> str:
    letters = {kind: letter for letter, kind in KINDS.items()}
    lines: list[str] = []
    section: str | None = None
    for name in dict.fromkeys(seat.row for seat in layout.seats):
        row = [seat for seat in layout.seats if seat.row == name]
        if row[0].section != section:
            section = row[0].section
            lines.append(f"[{section}]")
        canvas = ["."] * (int(row[-1].x) + 1)
        for seat in row:
            canvas[int(seat.x)] = letters[seat.kind]
        lines.append(f"{name} {''.join(canvas)}")
    return "\n".join(lines)


@given(st.text(max_size=60))
@settings(max_examples=300)
def test_any_text_is_a_layout_or_a_layout_error(text: str) -> None:
    try:
        seats = parse_layout(text).seats
    except LayoutError:
        return
    assert 1 <= len(seats) <= MAX_SEATS


@pytest.mark.parametrize(
    ("drawing", "message"),
    [
        ("", "A layout has between 1 and 2,000 seats; this one has 0."),
        ("A ....", "A layout has between 1 and 2,000 seats; this one has 0."),
        ("[Stalls]", "A layout has between 1 and 2,000 seats; this one has 0."),
        ("A ss\nA ss", "Line 2 is not a new row of seats: 'A ss'."),
        ("A ss\n[]\nB ss", "Line 2 is not a new row of seats: '[]'."),
        ("\n\nA ss\n\n\nAAA ss", "Line 6 is not a new row of seats: 'AAA ss'."),
        ("A sxs", "Line 1 is not a new row of seats: 'A sxs'."),
        ("Ass", "Line 1 is not a new row of seats: 'Ass'."),
        ("1 ss", "Line 1 is not a new row of seats: '1 ss'."),
        ("a ss", "Line 1 is not a new row of seats: 'a ss'."),
        ("\N{CYRILLIC CAPITAL LETTER A} ss", "Line 1 is not a new row of seats: '\N{CYRILLIC CAPITAL LETTER A} ss'."),
        ("A " + "s" * 201, f"Line 1 is not a new row of seats: 'A {'s' * 38}'."),
        ("A s\n" + "\n" * 199 + "B s", "A drawing has at most 200 lines; this one has 201."),
    ],
)
def test_a_drawing_that_cannot_be_read_names_its_line(drawing: str, message: str) -> None:
    with pytest.raises(LayoutError) as refusal:
        parse_layout(drawing)
    assert str(refusal.value) == message


def test_the_largest_layout_has_2000_seats() -> None:
    rows = [f"{chr(65 + n)} {'s' * 200}" for n in range(10)]
    assert len(parse_layout("\n".join(rows)).seats) == 2_000
    with pytest.raises(LayoutError, match="this one has 2,001"):
        parse_layout("\n".join([*rows, "Z s"]))
