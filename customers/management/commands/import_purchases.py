from customers.imports.command import ImportCommand
from customers.imports.rehearsing import stage_purchases


class Command(ImportCommand):
    help = "Bring in a list of invoices (CSV, TSV, TXT, XLSX)."
    stage = staticmethod(stage_purchases)
