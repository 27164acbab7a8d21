import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0005_name_decisions'),
    ]

    operations = [
        migrations.AddField(
            model_name='importrow',
            name='cells',
            field=models.JSONField(default=list, editable=False),
        ),
        migrations.CreateModel(
            name='ImportMapping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('contacts', 'contacts'), ('purchases', 'purchases')], max_length=10, verbose_name='kind')),
                ('source', models.CharField(blank=True, max_length=60, verbose_name='source')),
                ('header_digest', models.CharField(editable=False, max_length=64)),
                ('mapping', models.JSONField(default=dict, verbose_name='columns')),
                ('options', models.JSONField(default=dict, editable=False)),
                ('confirmed_at', models.DateTimeField(verbose_name='last used at')),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'columns of a list',
                'verbose_name_plural': 'columns of lists',
                'constraints': [models.UniqueConstraint(fields=('kind', 'source', 'header_digest'), name='import_mapping_once_per_header')],
            },
        ),
    ]
