//! The tables as Diesel sees them; `migrations/` is where they are made.

mod knowledge;
mod understanding;

pub use knowledge::*;
pub use understanding::*;

diesel::table! {
    tenants (id) {
        id -> Uuid,
        name -> Text,
        slug -> Text,
        email -> Text,
        business_description -> Text,
        phone -> Nullable<Text>,
        locale -> Text,
        time_zone -> Text,
        onboarded_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        suspended_at -> Nullable<Timestamptz>,
        suspended_reason -> Text,
        limits -> Jsonb,
    }
}

diesel::table! {
    users (id) {
        id -> Uuid,
        email -> Text,
        name -> Text,
        password_hash -> Nullable<Text>,
        created_at -> Timestamptz,
        email_verified_at -> Nullable<Timestamptz>,
        is_platform_admin -> Bool,
        totp_secret -> Nullable<Binary>,
        totp_enabled_at -> Nullable<Timestamptz>,
        totp_last_step -> BigInt,
        password_changed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    memberships (tenant_id, user_id) {
        tenant_id -> Uuid,
        user_id -> Uuid,
        role -> Text,
        role_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    roles (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        name -> Text,
        permissions -> Array<Text>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    invitations (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        email -> Text,
        role -> Text,
        role_id -> Nullable<Uuid>,
        token_hash -> Binary,
        invited_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    user_tokens (token_hash) {
        token_hash -> Binary,
        user_id -> Uuid,
        purpose -> Text,
        email -> Text,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    backup_codes (user_id, code_hash) {
        user_id -> Uuid,
        code_hash -> Binary,
    }
}

diesel::table! {
    oidc_providers (tenant_id) {
        tenant_id -> Uuid,
        issuer -> Text,
        client_id -> Text,
        client_secret -> Binary,
        email_domains -> Array<Text>,
        default_role -> Text,
        is_active -> Bool,
        admits_owners -> Bool,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    oidc_identities (tenant_id, issuer, subject) {
        tenant_id -> Uuid,
        issuer -> Text,
        subject -> Text,
        user_id -> Uuid,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    audit_log (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        ts -> Timestamptz,
        actor_type -> Text,
        actor_id -> Nullable<Uuid>,
        actor_name -> Text,
        impersonated_by -> Nullable<Uuid>,
        action -> Text,
        target -> Text,
        details -> Jsonb,
        ip -> Text,
    }
}

diesel::table! {
    security_notices (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        kind -> Text,
        subject_id -> Nullable<Uuid>,
        subject -> Text,
        details -> Text,
        count -> BigInt,
        first_at -> Timestamptz,
        last_at -> Timestamptz,
        settled_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    idempotency_keys (tenant_id, caller, key) {
        tenant_id -> Uuid,
        caller -> Uuid,
        key -> Text,
        fingerprint -> Binary,
        status -> Nullable<Integer>,
        body -> Nullable<Binary>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    sessions (id) {
        id -> Uuid,
        user_id -> Uuid,
        tenant_id -> Uuid,
        refresh_hash -> Binary,
        previous_refresh_hash -> Nullable<Binary>,
        rotated_at -> Timestamptz,
        ip -> Text,
        user_agent -> Text,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        revoked_at -> Nullable<Timestamptz>,
        impersonated_by -> Nullable<Uuid>,
        parent_id -> Nullable<Uuid>,
        is_tenant_bound -> Bool,
        last_seen_at -> Timestamptz,
    }
}

diesel::table! {
    embedding_models (name) {
        name -> Text,
        noted_at -> Timestamptz,
    }
}

// Which transaction wrote a mark is read by SQL alone.
diesel::table! {
    token_marks (id) {
        id -> Uuid,
        kind -> Text,
        subject -> Uuid,
        noted_at -> Timestamptz,
    }
}

diesel::table! {
    api_keys (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        name -> Text,
        key_hash -> Binary,
        permissions -> Array<Text>,
        hint -> Text,
        created_by -> Nullable<Uuid>,
        expires_at -> Nullable<Timestamptz>,
        last_used_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        made_with -> Nullable<Uuid>,
    }
}

diesel::table! {
    tenant_configurations (tenant_id, config_type) {
        tenant_id -> Uuid,
        config_type -> Text,
        config_data -> Jsonb,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    tenant_sequences (tenant_id) {
        tenant_id -> Uuid,
        event -> BigInt,
    }
}

diesel::table! {
    conversation_sequences (tenant_id) {
        tenant_id -> Uuid,
        conversation -> BigInt,
    }
}

diesel::table! {
    widgets (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        name -> Text,
        config -> Jsonb,
        allowed_domains -> Array<Text>,
        widget_secret -> Text,
        is_active -> Bool,
        installed_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        epoch -> Integer,
    }
}

diesel::table! {
    ended_visits (tenant_id, contact_id) {
        tenant_id -> Uuid,
        contact_id -> Uuid,
        ended_at -> Timestamptz,
    }
}

diesel::table! {
    channels (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        platform -> Text,
        widget_id -> Nullable<Uuid>,
        is_active -> Bool,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    contacts (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        platform -> Text,
        display_name -> Text,
        email -> Nullable<Text>,
        phone -> Nullable<Text>,
        stage -> Text,
        locale -> Nullable<Text>,
        page_url -> Nullable<Text>,
        page_title -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    conversations (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        number -> BigInt,
        channel_id -> Uuid,
        contact_id -> Uuid,
        platform -> Text,
        status -> Text,
        priority -> Text,
        is_ai_enabled -> Bool,
        assigned_staff_id -> Nullable<Uuid>,
        preview -> Text,
        preview_sender -> Text,
        unread_count -> Integer,
        staff_read_up_to -> Nullable<Uuid>,
        contact_read_up_to -> Nullable<Uuid>,
        last_message_at -> Timestamptz,
        first_user_message_at -> Nullable<Timestamptz>,
        first_staff_reply_at -> Nullable<Timestamptz>,
        last_staff_activity_at -> Nullable<Timestamptz>,
        closed_at -> Nullable<Timestamptz>,
        resolved -> Bool,
        snoozed_until -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    messages (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        conversation_id -> Uuid,
        channel_id -> Uuid,
        sender_type -> Text,
        staff_id -> Nullable<Uuid>,
        sender_name -> Text,
        is_note -> Bool,
        content -> Text,
        html -> Nullable<Text>,
        client_id -> Nullable<Uuid>,
        status -> Text,
        error -> Nullable<Text>,
        confidence -> Nullable<Float>,
        feedback -> Nullable<Text>,
        citations -> Jsonb,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    conversation_metrics (tenant_id, conversation_id) {
        tenant_id -> Uuid,
        conversation_id -> Uuid,
        total_messages -> Integer,
        user_messages -> Integer,
        staff_messages -> Integer,
        ai_messages -> Integer,
        first_response_seconds -> Nullable<Integer>,
        duration_seconds -> Nullable<Integer>,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    events (tenant_id, sequence) {
        tenant_id -> Uuid,
        sequence -> BigInt,
        #[sql_name = "type"]
        kind -> Text,
        conversation_id -> Nullable<Uuid>,
        contact_id -> Nullable<Uuid>,
        user_id -> Nullable<Uuid>,
        payload -> Jsonb,
        ts -> Timestamptz,
    }
}

diesel::table! {
    jobs (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        kind -> Text,
        payload -> Jsonb,
        state -> Text,
        run_at -> Timestamptz,
        leased_until -> Nullable<Timestamptz>,
        attempts -> Integer,
        last_error -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    ai_actions (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        conversation_id -> Nullable<Uuid>,
        model -> Text,
        action_type -> Text,
        input_ref -> Nullable<Uuid>,
        output_ref -> Nullable<Uuid>,
        confidence -> Nullable<Float>,
        tokens -> Nullable<Integer>,
        input_tokens -> Nullable<Integer>,
        output_tokens -> Nullable<Integer>,
        milliseconds -> Integer,
        cost -> Nullable<Numeric>,
        endpoint -> Nullable<Text>,
        error -> Nullable<Text>,
        ts -> Timestamptz,
    }
}

// Vectors of these tables are read and written by SQL alone.
diesel::allow_tables_to_appear_in_same_query!(
    tenants,
    users,
    memberships,
    roles,
    invitations,
    user_tokens,
    sessions,
    api_keys,
    oidc_providers,
    oidc_identities,
    widgets,
    channels,
    contacts,
    conversations,
    messages,
);
