from tests.resolvers.sale_fixtures import announced, later, sale

__all__ = ["announced", "later", "sale"]
