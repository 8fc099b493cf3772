import django.db.models.deletion
from django.db import migrations, models

import channels.cidr_field
import domain.channels


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0002_trust_list_and_languages"),
        ("evidence", "0004_append_only_heads_and_no_truncation"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccessToken",
            fields=[
                ("sha256", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("scopes", models.CharField(max_length=500)),
                ("issued_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="AnswerNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.UUIDField(unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("WAITING", "WAITING"), ("TOLD", "TOLD"), ("GIVEN_UP", "GIVEN_UP")],
                        default="WAITING",
                        max_length=8,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_attempt_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
                ("problem", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="AnswerSubscription",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("means", models.CharField(choices=[("WEBHOOK", "WEBHOOK"), ("EMAIL", "EMAIL")], max_length=7)),
                ("address", models.CharField(blank=True, max_length=500)),
                ("created_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("means__in", ["WEBHOOK", "EMAIL"])), name="answer_subscription_means_known"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ChannelPassword",
            fields=[
                (
                    "technical_user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="password",
                        serialize=False,
                        to="channels.technicaluser",
                    ),
                ),
                ("encoded", models.CharField(max_length=200)),
                ("set_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="IdempotentRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=128)),
                ("fingerprint", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("answer", models.JSONField(null=True)),
                ("asked_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="LoginCertificate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("der", models.BinaryField(max_length=16384)),
                ("sha256", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[("ACTIVE", "Active"), ("REVOKED", "Revoked")], default="ACTIVE", max_length=8
                    ),
                ),
                ("added_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "ACTIVE")),
                        fields=("sha256",),
                        name="login_certificate_of_one_user",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["ACTIVE", "REVOKED"])), name="login_certificate_state_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Network",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="NetworkRange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("range", channels.cidr_field.CidrField()),
                ("added_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="SenderNetwork",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ],
        ),
        migrations.CreateModel(
            name="UsedAssertion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("jti", models.CharField(max_length=128)),
                ("expires_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="WebClient",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("client_id", models.CharField(max_length=64, unique=True)),
                ("scopes", models.CharField(max_length=500)),
                (
                    "state",
                    models.CharField(
                        choices=[("ACTIVE", "ACTIVE"), ("REVOKED", "REVOKED")], default="ACTIVE", max_length=7
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["ACTIVE", "REVOKED"])), name="web_client_state_known"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WebClientKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kid", models.CharField(max_length=64)),
                ("algorithm", models.CharField(choices=[("RS256", "RS256"), ("ES256", "ES256")], max_length=5)),
                ("public_key", models.BinaryField(max_length=4096)),
                (
                    "state",
                    models.CharField(
                        choices=[("ACTIVE", "ACTIVE"), ("REVOKED", "REVOKED")], default="ACTIVE", max_length=7
                    ),
                ),
                ("added_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="stagedfile",
            name="channel",
            field=models.CharField(
                choices=[("SFTP", "SFTP"), ("FTP", "FTP"), ("WEB_SERVICE", "WEB_SERVICE")],
                db_default=domain.channels.Channel["SFTP"],
                default=domain.channels.Channel["SFTP"],
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="stagedfile",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ["SFTP", "FTP", "WEB_SERVICE"])), name="staged_channel_known"
            ),
        ),
        migrations.AddField(
            model_name="answernotice",
            name="answer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="evidence.answer"
            ),
        ),
        migrations.AddField(
            model_name="answersubscription",
            name="sender",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="answer_subscriptions", to="channels.sender"
            ),
        ),
        migrations.AddField(
            model_name="answernotice",
            name="subscription",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="notices", to="channels.answersubscription"
            ),
        ),
        migrations.AddField(
            model_name="idempotentrequest",
            name="sender",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="channels.sender"
            ),
        ),
        migrations.AddField(
            model_name="logincertificate",
            name="technical_user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="login_certificates",
                to="channels.technicaluser",
            ),
        ),
        migrations.AddField(
            model_name="networkrange",
            name="network",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="ranges", to="channels.network"
            ),
        ),
        migrations.AddField(
            model_name="sendernetwork",
            name="network",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="channels.network"
            ),
        ),
        migrations.AddField(
            model_name="sendernetwork",
            name="sender",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="networks", to="channels.sender"
            ),
        ),
        migrations.AddField(
            model_name="webclient",
            name="sender",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="web_clients", to="channels.sender"
            ),
        ),
        migrations.AddField(
            model_name="usedassertion",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="channels.webclient"
            ),
        ),
        migrations.AddField(
            model_name="accesstoken",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="channels.webclient"
            ),
        ),
        migrations.AddField(
            model_name="webclientkey",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="keys", to="channels.webclient"
            ),
        ),
        migrations.AddConstraint(
            model_name="answersubscription",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("sender", "means", "address"),
                name="answer_subscription_once",
            ),
        ),
        migrations.AddIndex(
            model_name="answernotice",
            index=models.Index(
                condition=models.Q(("state", "WAITING")), fields=["next_attempt_at"], name="answer_notice_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="answernotice",
            constraint=models.UniqueConstraint(fields=("subscription", "answer"), name="answer_notice_once"),
        ),
        migrations.AddConstraint(
            model_name="answernotice",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["WAITING", "TOLD", "GIVEN_UP"])), name="answer_notice_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="idempotentrequest",
            constraint=models.UniqueConstraint(fields=("sender", "key"), name="idempotency_key_once"),
        ),
        migrations.AddConstraint(
            model_name="networkrange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at__isnull", True)), fields=("network", "range"), name="network_range_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="sendernetwork",
            constraint=models.UniqueConstraint(fields=("sender", "network"), name="sender_network_once"),
        ),
        migrations.AddConstraint(
            model_name="usedassertion",
            constraint=models.UniqueConstraint(fields=("client", "jti"), name="assertion_used_once"),
        ),
        migrations.AddConstraint(
            model_name="webclientkey",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "ACTIVE")), fields=("client", "kid"), name="web_client_key_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="webclientkey",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["ACTIVE", "REVOKED"])), name="web_client_key_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="webclientkey",
            constraint=models.CheckConstraint(
                condition=models.Q(("algorithm__in", ["RS256", "ES256"])), name="web_client_key_algorithm_known"
            ),
        ),
    ]
