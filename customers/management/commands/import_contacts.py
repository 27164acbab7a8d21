from customers.imports.command import ImportCommand
from customers.imports.planning import stage_contacts


class Command(ImportCommand):
    help = "Bring in a list of people (CSV, TSV, TXT, XLSX)."
    stage = staticmethod(stage_contacts)
