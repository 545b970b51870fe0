//! What the AI learns from, remembers, and is taught.

diesel::table! {
    sources (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        kind -> Text,
        title -> Text,
        url -> Nullable<Text>,
        content -> Text,
        content_form -> Text,
        fingerprint -> Binary,
        status -> Text,
        error -> Nullable<Text>,
        bytes -> BigInt,
        passage_count -> Integer,
        parent_id -> Nullable<Uuid>,
        settings -> Jsonb,
        progress -> Integer,
        synced_at -> Nullable<Timestamptz>,
        next_sync_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    source_files (tenant_id, source_id) {
        tenant_id -> Uuid,
        source_id -> Uuid,
        name -> Text,
        kind -> Text,
        bytes -> Binary,
    }
}

diesel::table! {
    passages (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        source_id -> Uuid,
        position -> Integer,
        heading -> Text,
        content -> Text,
        terms -> Array<Integer>,
    }
}

diesel::table! {
    knowledge_versions (tenant_id) {
        tenant_id -> Uuid,
        version -> BigInt,
    }
}

diesel::table! {
    question_groups (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        status -> Text,
        model -> Text,
        question_count -> Integer,
        source_id -> Nullable<Uuid>,
        last_asked_at -> Timestamptz,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    unanswered_questions (tenant_id, message_id) {
        tenant_id -> Uuid,
        message_id -> Uuid,
        group_id -> Uuid,
        conversation_id -> Uuid,
        reason -> Text,
        confidence -> Nullable<Float>,
        asked_at -> Timestamptz,
        in_full -> Nullable<Text>,
    }
}

diesel::table! {
    reviews (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        kind -> Text,
        reason -> Text,
        question -> Text,
        answer -> Text,
        conversation_id -> Nullable<Uuid>,
        message_id -> Nullable<Uuid>,
        group_id -> Nullable<Uuid>,
        status -> Text,
        source_id -> Nullable<Uuid>,
        decided_by -> Nullable<Uuid>,
        decided_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    test_cases (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        question -> Text,
        expected -> Text,
        is_hand_off -> Bool,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    test_runs (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        state -> Text,
        started_by -> Text,
        total -> Integer,
        passed -> Integer,
        failed -> Integer,
        knowledge_version -> BigInt,
        threshold -> Float,
        model -> Text,
        created_at -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    test_results (tenant_id, run_id, case_id) {
        tenant_id -> Uuid,
        run_id -> Uuid,
        case_id -> Uuid,
        question -> Text,
        expected -> Text,
        is_hand_off -> Bool,
        passed -> Bool,
        why -> Text,
        answer_kind -> Text,
        answer -> Text,
        confidence -> Float,
        milliseconds -> Integer,
    }
}
