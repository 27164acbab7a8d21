from customers.models.audit_entry import AuditDetail, AuditEntry
from customers.models.consent import Consent
from customers.models.contact import Contact
from customers.models.contact_address import ContactAddress
from customers.models.contact_code import ContactCode
from customers.models.follow_up import FollowUp
from customers.models.household import Household
from customers.models.import_batch import ImportBatch, ImportFilePart, ImportRow
from customers.models.import_mapping import ImportMapping
from customers.models.interaction import Interaction
from customers.models.login_attempt import LoginAttempt
from customers.models.name_decision import NameDecision
from customers.models.passed_on import PassedOn
from customers.models.product import Product
from customers.models.purchase import Purchase, PurchaseLine
from customers.models.purchase_summary import PurchaseSummary
from customers.models.satisfaction_score import SatisfactionScore
from customers.models.search_word import ContactWord, SearchWord
from customers.models.service_case import ServiceCase
from customers.models.special_day import SpecialDay
from customers.models.suppression import Suppression
from customers.models.tag import Tag
from customers.models.user import User

__all__ = [
    "AuditDetail",
    "AuditEntry",
    "Consent",
    "Contact",
    "ContactAddress",
    "ContactCode",
    "ContactWord",
    "FollowUp",
    "Household",
    "ImportBatch",
    "ImportFilePart",
    "ImportMapping",
    "ImportRow",
    "Interaction",
    "LoginAttempt",
    "NameDecision",
    "PassedOn",
    "Product",
    "Purchase",
    "PurchaseLine",
    "PurchaseSummary",
    "SatisfactionScore",
    "SearchWord",
    "ServiceCase",
    "SpecialDay",
    "Suppression",
    "Tag",
    "User",
]
