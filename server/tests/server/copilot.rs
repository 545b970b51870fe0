//! The AI beside an agent: it suggests from the sources, and changes texts
//! without changing what they say.

use crate::{
    harness::{App, wait_for},
    model::{Model, Mood},
};
use api::{answers, copilot, inbox};
use types::{ClientId, ErrorCode, answers::AiSettingsUpdate, copilot::Edit, inbox::SenderType};

const DELIVERY: &str = "# Delivery\n\nParcels to Norway take six working days and cost 14 euros. \
    Parcels to Sweden take four working days.";

#[tokio::test(flavor = "multi_thread")]
async fn a_suggestion_stands_on_the_sources_and_is_not_sent() {
    let app = App::start().await;
    let shop = app.business("alder").await;
    shop.learn("Delivery", DELIVERY).await;
    let visitor = app.visitor(shop.widget.id).await;
    let sent = visitor.send("Hello! I ordered two lamps.").await;
    shop.silence(&sent).await;
    visitor.send("How long do parcels to Norway take?").await;
    let id = sent.conversation_id;
    let before = visitor.messages().await.len();

    let suggestion = shop.agent.call(&copilot::SuggestReply { id }).await.unwrap();
    assert!(suggestion.text.contains("six working days"), "{}", suggestion.text);
    assert!(!suggestion.text.contains("[1]") && !suggestion.is_generated, "{}", suggestion.text);
    assert_eq!(suggestion.citations[0].title, "Delivery");
    assert_eq!(visitor.messages().await.len(), before, "nothing is sent by itself");

    // Thanks in advance are no question; thanks for a reply leave none to suggest.
    visitor.send("Thanks a lot!").await;
    let thanked = shop.agent.call(&copilot::SuggestReply { id }).await.unwrap();
    assert_eq!(thanked.text, suggestion.text);
    let (client_id, content) = (ClientId::random(), "Six working days.".to_owned());
    shop.agent.call(&inbox::SendReply { id, client_id, content, is_note: false }).await.unwrap();
    visitor.send("Thank you!").await;
    let answered = shop.agent.call(&copilot::SuggestReply { id }).await.unwrap();
    assert_eq!(answered.text, "");

    // Without a language model, a summary quotes and texts stay as they are.
    let summary = shop.agent.call(&copilot::SummariseConversation { id }).await.unwrap();
    assert!(!summary.is_generated && summary.text.contains("Norway"), "{}", summary.text);
    assert!(!shop.agent.call(&copilot::HasLanguageModel {}).await.unwrap());
    let edit = copilot::EditText { id, text: "Six days".to_owned(), edit: Edit::Shorten, language: None };
    let refused = shop.agent.call(&edit).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Conflict, "{refused:?}");

    // Nothing to answer, and nothing known about it.
    let other = app.visitor(shop.widget.id).await;
    let sent = other.send("Who won the football world cup in 1974?").await;
    wait_for("the hand-off", async || {
        other.messages().await.into_iter().find(|message| message.sender_type == SenderType::Ai)
    })
    .await;
    let unsure = shop.agent.call(&copilot::SuggestReply { id: sent.conversation_id }).await.unwrap();
    assert!(unsure.confidence < suggestion.confidence, "{unsure:?}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_language_model_changes_words_and_not_facts() {
    let app = App::start().await;
    let shop = app.business("cedar").await;
    let model = Model::start(Mood::Says("Hello.")).await;
    let update = AiSettingsUpdate { enabled: false, endpoints: vec![model.endpoint()], ..AiSettingsUpdate::default() };
    shop.owner.call(&answers::UpdateAiSettings { update }).await.unwrap();
    let visitor = app.visitor(shop.widget.id).await;
    let id = visitor.send("Wie lange dauert es?").await.conversation_id;
    let text = "Hello Bob, six days for order 4711. Write to bob@example.com or call +49 151 2345678.";
    let edit = |edit, language: Option<&str>| copilot::EditText {
        id,
        text: text.to_owned(),
        edit,
        language: language.map(str::to_owned),
    };

    // What is private goes out as a mark and comes back as it was.
    model.usually(Mood::Says("Hallo Bob, sechs Tage für Bestellung 4711. Schreiben Sie an ⟦1⟧ oder rufen Sie ⟦2⟧ an."));
    let translated = shop.agent.call(&edit(Edit::Translate, Some("de"))).await.unwrap();
    assert_eq!(
        translated,
        "Hallo Bob, sechs Tage für Bestellung 4711. Schreiben Sie an bob@example.com oder rufen Sie +49 151 2345678 an."
    );
    let asked = model.last();
    assert!(asked.contains("German") && !asked.contains("bob@example.com") && !asked.contains("2345678"), "{asked}");

    // A number that nobody wrote, or a lost address: the text stays as it is.
    for lie in ["Nine days for order 9999, ⟦1⟧ ⟦2⟧.", "Six days for order 4711."] {
        model.usually(Mood::Says(lie));
        let refused = shop.agent.call(&edit(Edit::Rewrite, None)).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::Unavailable, "{refused:?}");
    }
    let nowhere = shop.agent.call(&edit(Edit::Translate, Some("xx"))).await.unwrap_err();
    assert_eq!(nowhere.field.as_deref(), Some("language"));

    model.usually(Mood::Says("The customer asks how long delivery takes."));
    let summary = shop.agent.call(&copilot::SummariseConversation { id }).await.unwrap();
    assert!(summary.is_generated && summary.text.starts_with("The customer asks"), "{}", summary.text);
    let open = shop.agent.call(&inbox::OpenConversation { id }).await.unwrap();
    assert_eq!(open.messages.len(), 1, "nothing was sent");
    app.stop().await;
}
