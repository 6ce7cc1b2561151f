"""What the provider says of its people."""

from __future__ import annotations

from typing import Any

from oauth2_provider.oauth2_validators import OAuth2Validator

from tests.oidc.provider import PEOPLE


class Claims(OAuth2Validator):
    oidc_claim_scope = None

    def get_additional_claims(self, request: Any) -> dict[str, Any]:
        address, verified, groups = PEOPLE[request.user.username]
        return {
            "preferred_username": request.user.username,
            "email": address,
            "email_verified": verified,
            "realm_access": {"roles": groups},
            "groups": groups,
            "amr": ["pwd", "mfa"] if "staff" in groups else ["pwd"],
            "acr": "two-factors" if "staff" in groups else "password",
        }
