from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('player', '0006_true_lengths'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='track',
            name='mood',
        ),
    ]
