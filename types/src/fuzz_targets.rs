//! What is sent to the server in the types of this crate, damaged.

use crate::{
    ClientId, Error, Timestamp,
    accounts::{NewApiKey, Permission, Permissions, Registration, Role},
    answers::{AiSettingsUpdate, LlmEndpointUpdate},
    contacts::ContactUpdate,
    inbox::{ConversationCursor, InboxView},
    intents::{IntentBook, IntentChange, NewExamples, NewIntent, TextToClassify},
    knowledge::SyncEvery,
    leads::LeadChange,
    money,
    people::RoleChoice,
    platform::{NewBusiness, TenantLimits},
    products::{ImportChoices, NewProduct, Price},
    realtime::{ClientFrame, Event, HEARTBEAT_SECONDS, ServerFrame},
    rest,
    retention::RetentionRules,
    sign_in::OidcProviderUpdate,
    teaching::{Decision, NewTestCase},
    widgets::{VisitorPage, WidgetUpdate},
};
use serde::{Serialize, de::DeserializeOwned};
use std::{fmt::Display, str::FromStr};

/// What is sent to the server: the bodies of REST and the arguments of server functions.
macro_rules! for_each_input {
    ($check:ident, $input:expr) => {
        $check::<rest::Login>($input);
        $check::<rest::Refresh>($input);
        $check::<rest::ChatRequest>($input);
        $check::<rest::SetAi>($input);
        $check::<rest::Resolve>($input);
        $check::<rest::Assign>($input);
        $check::<rest::NewMessage>($input);
        $check::<rest::PasswordReset>($input);
        $check::<rest::TenantChange>($input);
        $check::<rest::NewSource>($input);
        $check::<rest::SourceSync>($input);
        $check::<rest::NewKey>($input);
        $check::<AiSettingsUpdate>($input);
        $check::<ContactUpdate>($input);
        $check::<Decision>($input);
        $check::<ImportChoices>($input);
        $check::<IntentBook>($input);
        $check::<IntentChange>($input);
        $check::<LeadChange>($input);
        $check::<LlmEndpointUpdate>($input);
        $check::<NewApiKey>($input);
        $check::<NewBusiness>($input);
        $check::<NewExamples>($input);
        $check::<NewIntent>($input);
        $check::<NewProduct>($input);
        $check::<NewTestCase>($input);
        $check::<OidcProviderUpdate>($input);
        $check::<Permissions>($input);
        $check::<Registration>($input);
        $check::<RetentionRules>($input);
        $check::<RoleChoice>($input);
        $check::<TenantLimits>($input);
        $check::<TextToClassify>($input);
        $check::<Vec<ConversationCursor>>($input);
        $check::<VisitorPage>($input);
        $check::<WidgetUpdate>($input);
    };
}

/// What was read is written and read again as the same.
fn postcard<T: Serialize + DeserializeOwned>(input: &[u8]) {
    let Ok(read) = postcard::from_bytes::<T>(input) else { return };
    let written = postcard::to_allocvec(&read).unwrap();
    let again: T = postcard::from_bytes(&written).unwrap();
    assert_eq!(postcard::to_allocvec(&again).unwrap(), written);
}

fn json<T: Serialize + DeserializeOwned>(input: &[u8]) {
    let Ok(read) = serde_json::from_slice::<T>(input) else { return };
    let written = serde_json::to_vec(&read).unwrap();
    let again: T = serde_json::from_slice(&written).unwrap();
    assert_eq!(serde_json::to_vec(&again).unwrap(), written);
}

/// A text that was read is written in its one form, which means the same.
fn written<T: FromStr + Display + PartialEq>(text: &str) {
    let Ok(read) = text.parse::<T>() else { return };
    assert!(read.to_string().parse::<T>().is_ok_and(|again| again == read), "{read}");
}

#[test]
fn fuzz_frames() {
    let frames = [
        ClientFrame::Hello { token: Some("a.b.c".to_owned()), after: Some(u64::MAX) },
        ClientFrame::Typing { conversation_id: crate::ConversationId::new(), is_typing: true },
        ClientFrame::Ping,
    ];
    let server = [
        ServerFrame::Refused(Error::invalid("no").field("f")),
        ServerFrame::Event { sequence: 7, event: Event::ConversationsDeleted { conversation_ids: Vec::new() } },
        ServerFrame::Ready { sequence: u64::from(HEARTBEAT_SECONDS) },
    ];
    let seeds: Vec<Vec<u8>> = frames
        .iter()
        .map(|frame| postcard::to_allocvec(frame).unwrap())
        .chain(server.iter().map(|frame| postcard::to_allocvec(frame).unwrap()))
        .collect();
    let seeds: Vec<&[u8]> = seeds.iter().map(Vec::as_slice).collect();
    fuzz::fuzz("frames", &seeds, &["\u{7f}", "a.b.c"], |input| {
        postcard::<ClientFrame>(input);
        postcard::<ServerFrame>(input);
    });
}

#[test]
fn fuzz_arguments() {
    let product = NewProduct {
        name: "Mug".to_owned(),
        description: String::new(),
        price: Some("12.50".parse().unwrap()),
        currency: "EUR".to_owned(),
        status: crate::products::ProductStatus::Available,
        extra_info: "{}".to_owned(),
    };
    let seeds = [
        postcard::to_allocvec(&product).unwrap(),
        postcard::to_allocvec(&Permissions::of(Role::Owner)).unwrap(),
        postcard::to_allocvec(&crate::widgets::WidgetConfig::default()).unwrap(),
        postcard::to_allocvec(&RoleChoice::BuiltIn(Role::Agent)).unwrap(),
        vec![0xff; 12],
    ];
    let seeds: Vec<&[u8]> = seeds.iter().map(Vec::as_slice).collect();
    let words = ["available", "12.50", "work_inbox", "#0f766e", "\u{1}"];
    fuzz::fuzz("arguments", &seeds, &words, |input| {
        for_each_input!(postcard, input);
    });
}

#[test]
fn fuzz_bodies() {
    let seeds: [&[u8]; 7] = [
        br#"{"email":"a@b.example","password":"x","name":"N","business":"B"}"#,
        br#"{"kind":"site","url":"https://a.example/","pages":20,"sync":"daily"}"#,
        br#"{"name":"Mug","description":"","price":"1.299,90","currency":"EUR","status":"available","extra_info":"{}"}"#,
        br##"{"name":"W","config":{"color":"#0f766e","position":"right","theme":"auto","title":"","greeting":"Hi","suggested_questions":["a"]},"allowed_domains":["a.example"],"is_active":true}"##,
        br#"{"content":"Hi","is_note":false,"client_id":"0191e3c0-0000-7000-8000-000000000000"}"#,
        br#"{"name":"K","permissions":["chat","read_inbox"],"expires_at":1767225600000}"#,
        br#"["work_inbox","nothing"]"#,
    ];
    let words = ["null", "\\u0000", "\\ud800", "[", "{\"a\":", "1e400", "-0", "\"\"", "true", ",", "\"kind\":\"faq\""];
    fuzz::fuzz("bodies", &seeds, &words, |input| {
        for_each_input!(json, input);
        json::<rest::AddSource>(input);
    });
}

#[test]
fn fuzz_words_and_numbers() {
    let seeds: [&[u8]; 6] =
        [b"1.299,90 \xe2\x82\xac", b"'1 000.5", b"0191e3c0-0000-7000-8000-000000000000", b"owner", b"daily", b"-1"];
    fuzz::fuzz("words_and_numbers", &seeds, &[".", ",", "\u{a0}", "99999999999", "{", "urn:uuid:"], |input| {
        let text = &*fuzz::text(input);
        written::<Price>(text);
        let _shown = money::convention(text.lines());
        if let Ok(Some(found)) = money::read(text, money::Hints::default()) {
            let again = money::read(
                &found.price.in_currency(found.currency.unwrap_or_default()),
                money::Hints { convention: Some(money::Convention::Point), ..money::Hints::default() },
            );
            assert_eq!(again.unwrap().map(|again| again.price), Some(found.price), "{text}");
        }
        written::<ClientId>(text);
        written::<Role>(text);
        written::<Permission>(text);
        written::<RoleChoice>(text);
        written::<SyncEvery>(text);
        written::<InboxView>(text);
        if let Ok(number) = text.parse::<i64>() {
            let _moment = Timestamp(number).plus_seconds(number).seconds_since(Timestamp(i64::MIN));
        }
    });
}
