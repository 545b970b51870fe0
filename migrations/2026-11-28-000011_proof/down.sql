REVOKE SELECT (email_verified_at) ON users FROM omnichat_app;
REVOKE DELETE ON oidc_providers FROM omnichat_system;
DROP POLICY system_delete ON oidc_providers;
