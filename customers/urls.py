from django.urls import path

from customers.views import acquaintance, letters, people, person, product, products

app_name = "customers"
urlpatterns = [
    path("", people.person_list, name="person-list"),
    path("acquaint/", acquaintance.acquaint, name="acquaint"),
    path("products/", products.product_list, name="product-list"),
    path("products/said/", product.product_said, name="product-said"),
    path("products/<int:product_id>/", product.product_edit, name="product-edit"),
    path("new/", person.person_add, name="person-add"),
    path("<int:contact_id>/", person.person_detail, name="person-detail"),
    path("<int:contact_id>/edit/", person.person_edit, name="person-edit"),
    path("<int:contact_id>/register/", person.person_register, name="person-register"),
    path("<int:contact_id>/name-day/", person.person_name_day, name="person-name-day"),
    path("<int:contact_id>/settle/", person.person_settle, name="person-settle"),
    path("<int:contact_id>/notes/", person.note_add, name="note-add"),
    path("<int:contact_id>/stop/", letters.letters_stop, name="letters-stop"),
    path("<int:contact_id>/allow/", letters.letters_allow, name="letters-allow"),
]
