"""The commands that bring files into place: fetch, assets, pictures, offline."""

from __future__ import annotations

from pathlib import Path

import click

from embedguide.console import plain_errors, say
from embedguide.pages.assets import write_assets
from embedguide.pages.errors import PageError
from embedguide.pages.pictures import write_pictures
from embedguide.pages.state import find_root
from embedguide.sources import all_sources


@click.command()
@click.argument("names", nargs=-1)
@click.option(
    "--all", "everything", is_flag=True, help="Every source of the list, those that only the hub has included."
)
def fetch(names: tuple[str, ...], everything: bool) -> None:
    """Fetch NAMES, or the sources that the guide uses by default, into the cache."""
    with plain_errors():
        from embedguide.sources.fetching import fetch_many

        known = all_sources()
        defaults = [name for name, source in known.items() if source.default or everything]
        fetch_many(names or defaults)


@click.command()
def assets() -> None:
    """Put what the pages need beside the results into place: Plotly, and the figures' theme."""
    with plain_errors():
        write_assets(find_root(), say)


@click.command()
@click.option("--site-dir", type=click.Path(path_type=Path), default=Path("site-offline"), show_default=True)
def offline(site_dir: Path) -> None:
    """Build the pages for reading from disk, live figures included."""
    from embedguide.pages.disk import write_for_disk
    from embedguide.pages.plotly_bundle import BundleError

    with plain_errors():
        root = find_root()
        write_assets(root, say)
        try:
            write_for_disk(root, site_dir, say)
        except BundleError as error:
            raise PageError(str(error)) from error


@click.command()
def pictures() -> None:
    """Draw the static pictures of figures that have none or an old one."""
    with plain_errors():
        say(f"{write_pictures(find_root(), say)} pictures drawn")
