"""A shop's list and invoices as an invoicing system writes them: Windows-1253, semicolons, capitals, 31/12/1980.

Every kind of row that real lists have, once or twice. JOURNEY_LISTS names a folder with another `customers.csv` and
`invoices.csv` to walk the same journey with a list of one's own.
"""

import os
from pathlib import Path

CUSTOMERS = """\
ΚΩΔΙΚΟΣ;ΕΠΩΝΥΜΙΑ;ΑΦΜ;EMAIL;ΤΗΛΕΦΩΝΟ;ΚΙΝΗΤΟ;ΠΟΛΗ;ΗΜ/ΝΙΑ ΓΕΝΝΗΣΗΣ;ΚΑΤΗΓΟΡΙΑ;ΠΑΡΑΤΗΡΗΣΕΙΣ
2001;ΠΑΠΑΔΟΠΟΥΛΟΣ ΣΤΑΜΑΤΗΣ;100000001;stamatis@mail.example;2310111111;694 111 1111;ΘΕΣΣΑΛΟΝΙΚΗ;30/09/1965;ΛΙΑΝΙΚΗ;
2002;ΒΛΑΧΟΥ ΕΛΕΝΗ;100000002;ELENI.VLACHOU@MAIL.EXAMPLE;;00306941111112;ΒΟΛΟΣ;;ΛΙΑΝΙΚΗ;
2003;ΔΗΜΗΤΡΙΟΥ ΓΙΩΡΓΟΣ;100000003;;2310111113;;ΑΘΗΝΑ;;ΛΙΑΝΙΚΗ;
2004;ΓΕΩΡΓΙΑ ΑΝΤΩΝΙΟΥ;100000004;georgia@shop.example, second.georgia@shop.example;;;ΧΑΝΙΑ;;ΛΙΑΝΙΚΗ;
2005;ΙΩΑΝΝΙΔΗΣ ΝΙΚΟΛΑΟΣ ΤΟΥ ΓΕΩΡΓΙΟΥ;100000005;nikos @shop.example;;6941111115;ΧΑΝΙΑ;;ΛΙΑΝΙΚΗ;
2006;ΚΑ ΣΤΑΥΡΟΥ ΜΑΡΙΑ;100000006;maria@post.example;;;ΛΑΡΙΣΑ;;ΛΙΑΝΙΚΗ;
2007;ΑΦΟΙ ΧΡΙΣΤΟΦΟΡΟΥ Ο.Ε.;100000007;info2007@company.example;;;ΛΑΡΙΣΑ;;ΧΟΝΔΡΙΚΗ;
2008;ΞΕΝΟΔΟΧΕΙΟ ΑΚΤΗ Μ.ΙΚΕ;100000008;info2008@company.example;;;ΡΕΘΥΜΝΟ;;ΠΡΟΜΗΘΕΥΤΗΣ;
2009;ΠΕΛΑΤΗΣ ΛΙΑΝΙΚΗΣ;100000009;till@mail.example;;6941111119;ΛΑΡΙΣΑ;;ΛΙΑΝΙΚΗ;
2010;ΠΕΛΑΤΗΣ ΛΙΑΝΙΚΗΣ;100000009;till@mail.example;;6941111119;ΛΑΡΙΣΑ;;ΛΙΑΝΙΚΗ;
2011;ΜΑΡΙΝΟΠΟΥΛΟΥ ΣΟΦΙΑ;100000011;sofia@mail.example;;;ΠΑΤΡΑ;;ΛΙΑΝΙΚΗ;ΠΕΝΘΟΣ ΑΠΟ ΣΕΠΤΕΜΒΡΙΟ 2026
2012;ΔΑΣΚΑΛΑΚΗΣ ΑΝΤΩΝΗΣ;100000012;antonis@mail.example;;;ΠΑΤΡΑ;;ΛΙΑΝΙΚΗ;ΠΑΡΑΠΟΝΟ ΓΙΑ ΚΑΘΥΣΤΕΡΗΣΗ 12/10/2026
2013;ΘΕΟΔΩΡΙΔΟΥ ΑΝΝΑ;100000013;anna.theo@post.example;;;ΒΟΛΟΣ;;ΛΙΑΝΙΚΗ;ΑΡΓΕΙ ΝΑ ΠΛΗΡΩΣΕΙ
2014;ΘΕΟΔΩΡΙΔΟΥ ΑΝΝΑ;100000013;ANNA.THEO@POST.EXAMPLE;;;ΒΟΛΟΣ;;ΛΙΑΝΙΚΗ;
2015;ΠΑΠΠΑΣ ΓΕΩΡΓΙΟΣ;100000015;pappas@post.example;;;ΒΟΛΟΣ;;ΛΙΑΝΙΚΗ;
2016;Anna Weber;100000016;anna.weber@mail.example;;;ΧΑΝΙΑ;;ΛΙΑΝΙΚΗ;
2017;ΚΛΗΡΟΝΟΜΟΙ ΣΚΛΑΒΟΣ;100000017;heirs@mail.example;;6941111127;ΒΟΛΟΣ;;ΛΙΑΝΙΚΗ;
2018;ΤΕΣΤ;100000018;;;6941111128;ΒΟΛΟΣ;;ΛΙΑΝΙΚΗ;
2019;ΔΗΜΟΣ ΗΡΑΚΛΕΙΟΥ;100000019;dimos@mail.example;;;ΗΡΑΚΛΕΙΟ;;ΧΟΝΔΡΙΚΗ;
2020;ΚΩΝΣΤΑΝΤΙΝΙΔΗΣ ΠΕΤΡΟΣ;100000020;petros@shop.example;;;ΑΘΗΝΑ;12/31/1980;ΛΙΑΝΙΚΗ;ΟΧΙ MAIL
"""
INVOICES = """\
ΑΡ.ΠΑΡΑΣΤΑΤΙΚΟΥ;ΗΜΕΡΟΜΗΝΙΑ;ΚΩΔ.ΠΕΛΑΤΗ;ΕΙΔΟΣ;ΠΟΣΟΤΗΤΑ;ΑΞΙΑ
ΤΠΥ-30001;11/11/2019;2001;ΚΑΦΕΣ ΕΣΠΡΕΣΣΟ 1KG;2;1.037,80
ΤΠΥ-30002;20/11/2026;2001;ΚΑΦΕΣ ΕΣΠΡΕΣΣΟ 1KG;1;18,90
ΤΠΥ-30003;12/11/2025;2002;ΣΟΚΟΛΑΤΑ ΥΓΕΙΑΣ;3;9,60
ΤΠΥ-30004;13/11/2025;2013;ΜΥΛΟΣ ΚΑΦΕ;1;64,00
ΤΠΥ-30005;14/11/2025;2014;ΜΕΛΙ ΘΥΜΑΡΙΣΙΟ 450GR;1;8,90
ΤΠΥ-30006;15/11/2025;9999;ΜΕΛΙ ΘΥΜΑΡΙΣΙΟ 450GR;1;8,90
"""


def list_files(folder: Path) -> tuple[Path, Path]:
    """Return (customers, invoices) as files of a shop."""
    if own := os.environ.get("JOURNEY_LISTS"):
        return Path(own) / "customers.csv", Path(own) / "invoices.csv"
    files = folder / "customers.csv", folder / "invoices.csv"
    for path, text in zip(files, (CUSTOMERS, INVOICES), strict=True):
        path.write_bytes(text.replace("\n", "\r\n").encode("cp1253"))
    return files


def row_count(path: Path) -> int:
    """Rows of a list without its header."""
    return len(path.read_text(encoding="cp1253").strip().splitlines()) - 1
