"""Pages of lists, for every resolver that answers with one."""

from models.pages import PAGE_DEFAULT, PAGE_LIMIT, Page, page

__all__ = ["PAGE_DEFAULT", "PAGE_LIMIT", "Page", "page"]
