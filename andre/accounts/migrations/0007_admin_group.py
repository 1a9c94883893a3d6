from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_owner_and_guests'),
    ]

    operations = [
        migrations.AddField(
            model_name='person',
            name='admin_group',
            field=models.CharField(blank=True, editable=False, max_length=500),
        ),
    ]
