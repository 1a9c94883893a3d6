from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('player', '0008_library_root'),
    ]

    operations = [
        migrations.AddField(
            model_name='track',
            name='explicit',
            field=models.BooleanField(default=False, help_text='a tag of the file says so'),
        ),
        migrations.AddField(
            model_name='play',
            name='explicit',
            field=models.BooleanField(default=False),
        ),
    ]
