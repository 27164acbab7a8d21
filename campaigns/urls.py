from django.urls import path

from campaigns.links import UNSUBSCRIBE_PATH
from campaigns.views import campaign, letters, mailbox, notices, preview, review, unsubscribe, writing

app_name = "campaigns"
urlpatterns = [
    path("greetings/", writing.campaign_list, name="campaign-list"),
    path("greetings/new/", writing.campaign_create, name="campaign-create"),
    path("greetings/<int:campaign_id>/", campaign.campaign_detail, name="campaign-detail"),
    path("greetings/<int:campaign_id>/progress/", campaign.campaign_progress, name="campaign-progress"),
    path("greetings/<int:campaign_id>/write/", writing.campaign_write, name="campaign-write"),
    path("greetings/<int:campaign_id>/check/", preview.campaign_check, name="campaign-check"),
    path("greetings/<int:campaign_id>/preview/", preview.campaign_preview, name="campaign-preview"),
    path("greetings/<int:campaign_id>/people/", writing.campaign_audience, name="campaign-audience"),
    path("greetings/<int:campaign_id>/prepare/", review.campaign_prepare, name="campaign-prepare"),
    path("greetings/<int:campaign_id>/approve/", review.campaign_approve, name="campaign-approve"),
    path("greetings/<int:campaign_id>/send/", campaign.campaign_send, name="campaign-send"),
    path("greetings/<int:campaign_id>/schedule/", campaign.campaign_schedule, name="campaign-schedule"),
    path("greetings/<int:campaign_id>/pause/", campaign.campaign_pause, name="campaign-pause"),
    path("greetings/<int:campaign_id>/resume/", campaign.campaign_resume, name="campaign-resume"),
    path("greetings/<int:campaign_id>/cancel/", campaign.campaign_cancel, name="campaign-cancel"),
    path("letters/<int:message_id>/", letters.message_detail, name="message-detail"),
    path("letters/<int:message_id>/html/", letters.message_html, name="message-html"),
    path("letters/<int:message_id>/settle/", letters.message_settle, name="message-settle"),
    path("notices/<int:notice_id>/seen/", notices.notice_seen, name="notice-seen"),
    path("mailbox/", mailbox.mailbox_list, name="mailbox-list"),
    path("mailbox/<str:letter_id>/", mailbox.mailbox_detail, name="mailbox-detail"),
    path("mailbox/<str:letter_id>/html/", mailbox.mailbox_html, name="mailbox-html"),
    path(f"{UNSUBSCRIBE_PATH}<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
]
