import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0004_acquaintance'),
    ]

    operations = [
        migrations.CreateModel(
            name='NameDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=300, unique=True)),
                ('first_key', models.CharField(blank=True, max_length=120)),
                ('last_key', models.CharField(blank=True, max_length=160)),
                ('kind', models.CharField(blank=True, max_length=12, verbose_name='kind')),
                ('first_name', models.CharField(blank=True, max_length=120, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=160, verbose_name='surname')),
                ('company_name', models.CharField(blank=True, max_length=200, verbose_name='company')),
                ('gender', models.CharField(blank=True, max_length=2, verbose_name='gender')),
                ('known_as', models.CharField(blank=True, max_length=120, verbose_name='known as')),
                ('decided_at', models.DateTimeField(verbose_name='decided at')),
            ],
            options={
                'verbose_name': 'decision about a name',
                'verbose_name_plural': 'decisions about names',
            },
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(condition=models.Q(('name_day_choice', ''), _negated=True), fields=['name_day_choice'], name='contact_by_chosen_name_day'),
        ),
        migrations.AddField(
            model_name='namedecision',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by'),
        ),
        migrations.AddIndex(
            model_name='namedecision',
            index=models.Index(condition=models.Q(('first_key', ''), _negated=True), fields=['first_key'], name='name_decision_by_first'),
        ),
        migrations.AddIndex(
            model_name='namedecision',
            index=models.Index(condition=models.Q(('last_key', ''), _negated=True), fields=['last_key'], name='name_decision_by_last'),
        ),
    ]
