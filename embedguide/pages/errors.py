"""The error a page raises: MkDocs prints it as one line and exits with 1."""

try:
    from mkdocs.exceptions import BuildError as _Base
except ImportError:  # another builder that understands Python-Markdown
    _Base = Exception  # type: ignore[assignment,misc]


class PageError(_Base):
    """A page that cannot be built as it is written; the message says where and what to run."""
