//! What a business may use, and that it cannot use more.

use super::{admin, log, tenant_of};
use crate::{
    browser::Browser,
    harness::{App, PASSWORD, wait_for},
    model::{Model, Mood},
};
use api::{answers, knowledge};
use domain::accounts::{NewUser, add_user};
use types::{
    ErrorCode, TenantId,
    accounts::Role,
    answers::{AiSettingsUpdate, LlmEndpointUpdate, LlmPreset, PastTurn},
    audit::AuditAction,
    knowledge::{Source, SourceStatus},
    platform::TenantLimits,
};

async fn set(admin: &Browser, tenant: TenantId, limits: &[(&str, &str)]) -> Result<TenantLimits, types::Error> {
    let id = tenant.to_string();
    let fields: Vec<(&str, &str)> = [("id", id.as_str())].into_iter().chain(limits.iter().copied()).collect();
    admin.submit("/api/platform/limits", &fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn seats_sources_and_passages_are_limited() {
    let app = App::start().await;
    let admin = admin(&app).await;
    let shop = app.business("alder").await;
    let tenant = tenant_of(&shop.owner).await;
    for (field, wrong) in [("seats", "0"), ("passages", "100001"), ("sources", "-1"), ("requests_per_minute", "many")] {
        let refused = set(&admin, tenant, &[(field, wrong)]).await.unwrap_err();
        assert_eq!((refused.code, refused.field.as_deref()), (ErrorCode::Invalid, Some(field)));
    }
    let limits = set(&admin, tenant, &[("seats", "3"), ("sources", " 2 "), ("passages", "2")]).await.unwrap();
    assert_eq!(limits, TenantLimits { seats: Some(3), sources: Some(2), passages: Some(2), ..TenantLimits::default() });
    assert_eq!(domain::platform::limits(&app.product, tenant).await.unwrap(), limits);
    let entry = log(&shop).await.remove(0);
    assert_eq!(entry.action, AuditAction::TenantLimitsChanged);
    assert!(entry.details.contains(&("seats".to_owned(), "3".to_owned())) && entry.details.len() == 3, "{entry:?}");

    let add = async |name: &str| {
        let email = format!("{name}@alder.example");
        let user = NewUser { name: name.to_owned(), email, password: PASSWORD.to_owned() };
        add_user(&app.product, tenant, user, Role::Agent).await
    };
    // Two who come at once for the last seat.
    let (one, two) = tokio::join!(add("one"), add("two"));
    assert_eq!([one.is_ok(), two.is_ok()].into_iter().filter(|is_in| *is_in).count(), 1);
    assert!(add("three").await.unwrap_err().to_string().contains("3 seats"));

    shop.learn("One", "# One\n\nThe first text is a short one.").await;
    let many = (0..40).map(|n| format!("# Part {n}\n\nThe text of part {n} is long enough.\n\n")).collect::<String>();
    let source: Source =
        shop.owner.submit("/api/knowledge/text", &[("title", "Many"), ("content", &many)]).await.unwrap();
    let failed = wait_for("the source to fail", async || {
        let sources = shop.owner.call(&knowledge::ListSources {}).await.unwrap();
        sources.into_iter().find(|other| other.id == source.id && other.status == SourceStatus::Failed)
    })
    .await;
    assert!(failed.error.unwrap().contains("more than 2 passages"));
    let third = [("title", "Three"), ("content", "A third text of ours.")];
    let refused = shop.owner.submit::<Source>("/api/knowledge/text", &third).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::TooLarge);

    // Nothing set is the default again, at once.
    assert_eq!(set(&admin, tenant, &[]).await.unwrap(), TenantLimits::default());
    assert_eq!(domain::platform::limits(&app.product, tenant).await.unwrap(), TenantLimits::default());
    shop.owner.submit::<Source>("/api/knowledge/text", &third).await.unwrap();
    add("four").await.unwrap();
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn above_the_limit_no_language_model_is_asked() {
    let app = App::start().await;
    let admin = admin(&app).await;
    let shop = app.business("birch").await;
    shop.learn("Delivery", "# Delivery\n\nDelivery to Germany takes three working days.").await;
    // A model that counts who asks, and has nothing to say.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (calls, counted) =
        (std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0)), std::sync::atomic::Ordering::SeqCst);
    let counter = calls.clone();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            counter.fetch_add(1, counted);
            drop(socket);
        }
    });
    let endpoint = LlmEndpointUpdate {
        base_url: format!("http://{address}/v1"),
        model: "test".to_owned(),
        ..LlmEndpointUpdate::preset(LlmPreset::Local)
    };
    let update = AiSettingsUpdate { endpoints: vec![endpoint], ..AiSettingsUpdate::default() };
    shop.owner.call(&answers::UpdateAiSettings { update }).await.unwrap();
    let ask = async || {
        let question = "How long does delivery to Germany take?".to_owned();
        shop.owner.call(&answers::TryQuestion { question }).await.unwrap().answer
    };
    ask().await;
    let first = calls.load(counted);
    assert!(first > 0, "the model was not asked");
    set(&admin, tenant_of(&shop.owner).await, &[("ai_answers_per_minute", "1")]).await.unwrap();
    let answer = ask().await;
    assert_eq!(calls.load(counted), first, "the model was asked above the limit");
    assert!(answer.text.contains("three working days"), "the passages' own words cost nothing: {}", answer.text);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn putting_a_follow_up_in_full_and_answering_it_count_as_one() {
    let app = App::start().await;
    let admin = admin(&app).await;
    let shop = app.business("beech").await;
    shop.learn("Delivery", "Parcels to Norway take six working days. Parcels to Sweden take four working days.").await;
    let model = Model::start(Mood::Garbage).await;
    let update = AiSettingsUpdate { endpoints: vec![model.endpoint()], threshold: 0.1, ..AiSettingsUpdate::default() };
    shop.owner.call(&answers::UpdateAiSettings { update }).await.unwrap();
    set(&admin, tenant_of(&shop.owner).await, &[("ai_answers_per_minute", "2")]).await.unwrap();
    let ask = async || {
        let turn = |is_visitor, text: &str| PastTurn { is_visitor, text: text.to_owned() };
        let before = vec![turn(true, "How long do parcels to Norway take?"), turn(false, "Six working days.")];
        model.next(Mood::Says("How long does a parcel to Sweden take, then?"));
        model.next(Mood::Cut("Parcels"));
        shop.owner.call(&answers::Play { question: "And to Sweden?".to_owned(), before }).await.unwrap()
    };
    for calls in [2, 4, 4] {
        let found = ask().await;
        assert!(found.answer.text.contains("four working days"), "{}", found.answer.text);
        assert_eq!(model.calls(), calls);
    }
    app.stop().await;
}
