from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('player', '0011_favourite'),
    ]

    operations = [
        migrations.AddField(
            model_name='track',
            name='lyrics',
            field=models.CharField(blank=True, default='', help_text='"timed" or "plain"; empty: nobody has written them', max_length=5),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='scannedfile',
            name='lyrics',
            field=models.CharField(blank=True, default='', help_text='which text lay beside it, its size and time', max_length=80),
            preserve_default=False,
        ),
    ]
