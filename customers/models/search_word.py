from django.db import models

from customers.models.contact import Contact


class SearchWord(models.Model):
    """A distinct word of names, towns and codes. `word` is accent-blind; Greek and Greeklish share one `skeleton`."""

    word = models.CharField(max_length=120, unique=True)
    skeleton = models.CharField(max_length=120, db_index=True)

    def __str__(self) -> str:
        return self.word


class ContactWord(models.Model):
    """This contact is found by this word.

    Made from the contact whenever it is written. The database checks neither end: with some four words a person that
    would take longer than all the rest of an import, and a link that leads nowhere finds nobody.
    """

    contact = models.ForeignKey(Contact, models.CASCADE, db_constraint=False, related_name="words")
    # Found through the constraint below, which begins with it.
    word = models.ForeignKey(SearchWord, models.CASCADE, db_constraint=False, db_index=False, related_name="contacts")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["word", "contact"], name="contact_word_once")]

    def __str__(self) -> str:
        return f"word {self.word_id} of contact {self.contact_id}"
