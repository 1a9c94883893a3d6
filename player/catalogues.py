"""Where songs can be picked from when people do not: the table of catalogues."""

from player.providers.base import Catalogue
from player.providers.library.catalogue import LibraryCatalogue
from player.providers.spotify.catalogue import SpotifyCatalogue

CATALOGUES: dict[str, Catalogue] = {
    catalogue.name: catalogue for catalogue in (LibraryCatalogue(), SpotifyCatalogue())
}
