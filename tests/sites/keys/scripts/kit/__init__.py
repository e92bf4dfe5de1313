"""Re-exports what other files define."""

from scripts.kit.parts import REEXPORTED, reexported_function
from scripts.kit.stars import *
