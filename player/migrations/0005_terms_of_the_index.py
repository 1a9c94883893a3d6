"""Nothing but a reason to migrate: afterwards the search's index is brought up to date."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("player", "0004_unwritable_play")]

    operations = [
        migrations.AlterField(
            model_name="track",
            name="folded",
            field=models.TextField(help_text="the terms that title, artist and album are found by"),
        ),
    ]
