"""The command line: ``embedguide <command>``. ``scripts/build.py`` is the same with ``build`` as default."""

from __future__ import annotations

import click

from embedguide.commands import COMMANDS
from embedguide.workshop.commands import WORKSHOP


class DefaultGroup(click.Group):
    """A group whose ``build`` may be left out: ``build.py similarity`` is ``build.py build similarity``."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command named first, or ``build`` with everything as its arguments."""
        if args[0] in self.commands or args[0] in ctx.help_option_names:
            return super().resolve_command(ctx, args)
        return "build", self.commands["build"], args

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Add ``build`` where no command is named."""
        if not args or (args[0] not in self.commands and args[0] not in ("--help", "--version")):
            args = ["build", *args]
        return super().parse_args(ctx, args)


@click.group(cls=DefaultGroup)
@click.version_option(package_name="embedguide")
def main() -> None:
    """Compute the results of the guide, and tell how they stand."""


for command in (*COMMANDS, *WORKSHOP):
    main.add_command(command)


if __name__ == "__main__":
    main()
