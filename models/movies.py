"""Movies and their genres."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.expressions import Q, Subquery
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.models import Model
from tortoise.queryset import QuerySet

from domain.search import LONGEST, can_be_found, folded
from domain.showtimes import MovieStatus, movie_status
from models.base import Row

LONGEST_FOLDED_GENRE = 200  # folding makes some letters longer


class Movie(Row):
    """A movie: it shows from opens_on to closes_on, both included."""

    title = fields.CharField(max_length=300)
    title_folded = fields.CharField(max_length=LONGEST, db_index=True)
    description = fields.TextField(null=True)
    runtime_minutes = fields.IntField(null=True)
    age_restriction = fields.IntField(null=True)
    poster_url = fields.CharField(max_length=500, null=True)
    tmdb_id = fields.IntField(null=True, unique=True)
    opens_on = fields.DateField(null=True)
    closes_on = fields.DateField(null=True)

    class Meta:
        table = "movies"

    async def save(self, *args: Any, **options: Any) -> None:
        """Write the row, its title also in the form that searches compare."""
        self.title_folded = folded(self.title)
        await super().save(*args, **options)

    @classmethod
    def of_genre(cls, query: QuerySet["Movie"], genre: str) -> QuerySet["Movie"]:
        """Those that have this genre, in any case."""
        wanted = folded(genre)
        if not can_be_found(wanted) or len(wanted) > LONGEST_FOLDED_GENRE:
            return query.filter(id__in=[])
        return query.filter(id__in=Subquery(MovieGenre.filter(genre_folded=wanted).values("movie_id")))

    @classmethod
    def in_status(cls, query: QuerySet["Movie"], status: MovieStatus, today: date) -> QuerySet["Movie"]:
        """Those that are coming, showing or over on a day: `movie_status` of the domain, said to the database."""
        coming = Q(opens_on__isnull=True) | Q(opens_on__gt=today)
        if status is MovieStatus.COMING_SOON:
            return query.filter(coming)
        if status is MovieStatus.ENDED:
            return query.filter(Q(opens_on__lte=today) & Q(closes_on__lt=today))
        return query.filter(Q(opens_on__lte=today) & (Q(closes_on__isnull=True) | Q(closes_on__gte=today)))

    def status_on(self, today: date) -> MovieStatus:
        """Whether it is to come, showing, or over on a day."""
        return movie_status(self.opens_on, self.closes_on, today)


class MovieGenre(Model):
    """One genre of one movie: position keeps the order in which they were given."""

    id = fields.BigIntField(primary_key=True, generated=True)
    movie: ForeignKeyFieldInstance[Movie] = fields.ForeignKeyField("models.Movie", on_delete=fields.CASCADE)
    movie_id: UUID
    genre = fields.CharField(max_length=60)
    genre_folded = fields.CharField(max_length=LONGEST_FOLDED_GENRE)
    position = fields.SmallIntField()

    class Meta:
        table = "movie_genres"
        unique_together = (("movie", "genre_folded"),)
        indexes = (("genre_folded",),)

    @classmethod
    def rows(cls, movie_id: UUID, genres: Sequence[str]) -> list["MovieGenre"]:
        """The genres of a movie as rows that are still to be written."""
        return [
            cls(movie_id=movie_id, genre=genre, genre_folded=folded(genre), position=position)
            for position, genre in enumerate(genres)
        ]

    @classmethod
    async def replace(cls, movie_id: UUID, genres: Sequence[str]) -> None:
        """Give a movie these genres instead of those it has."""
        await cls.filter(movie_id=movie_id).delete()
        await cls.bulk_create(cls.rows(movie_id, genres))

    @classmethod
    async def of(cls, movie_id: UUID) -> list[str]:
        """The genres of a movie, in the order in which they were given."""
        rows = await cls.filter(movie_id=movie_id).order_by("position")
        return [row.genre for row in rows]
