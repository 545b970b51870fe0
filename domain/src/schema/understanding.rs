//! Intents, what is understood of messages and conversations, and leads.

diesel::table! {
    intents (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        name -> Text,
        description -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    intent_examples (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        intent_id -> Uuid,
        text -> Text,
        embedding -> Nullable<Array<Float>>,
        model -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    intent_models (tenant_id) {
        tenant_id -> Uuid,
        state -> Text,
        error -> Nullable<Text>,
        head -> Nullable<Binary>,
        labels -> Array<Uuid>,
        report -> Nullable<Jsonb>,
        model -> Text,
        fingerprint -> Nullable<Binary>,
        trained_at -> Nullable<Timestamptz>,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    message_insights (tenant_id, message_id) {
        tenant_id -> Uuid,
        message_id -> Uuid,
        conversation_id -> Uuid,
        language -> Nullable<Text>,
        sentiment -> Nullable<Text>,
        sentiment_score -> Nullable<Float>,
        is_urgent -> Bool,
        intent_id -> Nullable<Uuid>,
        intent_probability -> Nullable<Float>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    conversation_insights (tenant_id, conversation_id) {
        tenant_id -> Uuid,
        conversation_id -> Uuid,
        topic -> Nullable<Text>,
        summary -> Nullable<Text>,
        summarised_up_to -> Nullable<Uuid>,
        language -> Nullable<Text>,
        sentiment -> Nullable<Text>,
        intent_id -> Nullable<Uuid>,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    leads (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        contact_id -> Uuid,
        conversation_id -> Nullable<Uuid>,
        message_id -> Nullable<Uuid>,
        intent -> Text,
        contact_info -> Jsonb,
        stage -> Text,
        converted_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}
