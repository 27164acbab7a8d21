from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from customers.imports.command import ImportCommand
from customers.imports.manners import manners_of
from customers.imports.rehearsing import stage_contacts


class Command(ImportCommand):
    help = "Bring in a list of people (CSV, TSV, TXT, XLSX)."
    stage = staticmethod(stage_contacts)

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--register", default="", help="how everybody in it is addressed: singular or plural")
        parser.add_argument("--owner", default="", help="the colleague who looks after everybody in it")
        for option, what in (("register", "singular or plural"), ("owner", "a colleague")):
            parser.add_argument(
                f"--{option}-for",
                action="append",
                default=[],
                type=_pair,
                metavar="CATEGORY=WORD",
                help=f"{what} for one category of the list; may be given several times",
            )

    def also_said(self, options: dict[str, Any]) -> dict[str, Any]:
        manners = manners_of(
            register=options["register"],
            owner=options["owner"],
            registers_for=dict(options["register_for"]),
            owners_for=dict(options["owner_for"]),
        )
        return {"manners": manners}


def _pair(text: str) -> tuple[str, str]:
    category, sign, word = text.partition("=")
    if not (sign and category.strip() and word.strip()):
        raise ArgumentTypeError(f"{text}: write CATEGORY=WORD")
    return category.strip(), word.strip()
