"""The commands of ``embedguide``, by subject; those of contributors are in `embedguide.workshop.commands`."""

from embedguide.commands.computing import build, verify
from embedguide.commands.files import assets, fetch, offline, pictures
from embedguide.commands.standing import check, claims, explain

COMMANDS = (build, check, claims, explain, verify, fetch, assets, offline, pictures)
