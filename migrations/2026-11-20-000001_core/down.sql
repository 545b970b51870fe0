DROP TABLE jobs, events, conversation_metrics, messages, conversations, contacts, channels, widgets, conversation_sequences, tenant_sequences,
    tenant_configurations, api_keys, sessions, memberships, users, tenants CASCADE;
DROP FUNCTION enable_system_access(regclass);
DROP FUNCTION enable_tenant_isolation(regclass);
DROP FUNCTION current_tenant();
REVOKE USAGE ON SCHEMA public FROM omnichat_app, omnichat_system;
