-- Who proves an address clears what somebody else set up under it, a business's sign-in provider included.
CREATE POLICY system_delete ON oidc_providers FOR DELETE TO omnichat_system USING (true);
GRANT DELETE ON oidc_providers TO omnichat_system;

-- Nobody becomes an owner by an address that was not proved.
GRANT SELECT (email_verified_at) ON users TO omnichat_app;
