"""What the tests of money in trouble begin with."""

from tests.resolvers.sale_fixtures import announced, later, sale

__all__ = ["announced", "later", "sale"]
