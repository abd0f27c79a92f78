"""The settings of billing."""

from dataclasses import dataclass

from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from kernel import ModuleSettings, StartupError, setting


@dataclass(frozen=True, kw_only=True)
class Settings(ModuleSettings):
    """What billing needs to know about the payment provider."""

    WEBHOOK_SECRET: str = setting(
        "whsec_ZGV2ZWxvcG1lbnQtb25seS1zZWNyZXQ=",
        strong=True,
        required_in_production=True,
    )
    # Its page gives Pro away: development and tests have it, production on request.
    PAYMENT_SANDBOX: bool = False

    def check(self) -> None:
        """Refuse a secret that the provider can't have issued."""
        try:
            if not self.WEBHOOK_SECRET.startswith("whsec_"):
                raise ValueError("no prefix")
            Webhook(self.WEBHOOK_SECRET)
        except (ValueError, EmptyWebhookSecretError):
            raise StartupError(
                "WEBHOOK_SECRET is not 'whsec_' and base64: copy it from the payment "
                "provider as it is.",
                error="invalid-webhook-secret",
            ) from None
