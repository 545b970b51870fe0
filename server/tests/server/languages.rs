//! Visitors ask in their languages about what the business wrote in its own.

use crate::{
    cluster::{cluster, multilingual},
    harness::{App, wait_for},
};
use types::inbox::SenderType;

const SHOP: &str = "# Delivery\n\nParcels to Norway take six working days and cost 14 euros. Parcels to Sweden take \
    four working days and cost 9 euros.\n\n# Returns\n\nYou can return a pot within 30 days. We refund the money to \
    the card that you paid with.\n\n# Opening hours\n\nThe shop is open from nine to five on weekdays. On Saturdays we \
    close at noon.";

#[tokio::test(flavor = "multi_thread")]
async fn a_question_in_another_language_is_answered_with_the_words_of_the_business() {
    let app = App::start_embedding(cluster().database().await, multilingual()).await;
    let shop = app.business("yew").await;
    shop.learn("Shop", SHOP).await;
    let answer = async |question: &str| {
        let visitor = app.visitor(shop.widget.id).await;
        visitor.send(question).await;
        wait_for("the answer", async || {
            let messages = visitor.messages().await;
            messages.into_iter().find(|message| message.sender_type == SenderType::Ai)
        })
        .await
    };
    for (question, whose, wanted) in [
        ("Wie lange dauert die Lieferung nach Norwegen?", "So steht es bei", "six working days"),
        ("Phí giao hàng đến Thụy Điển là bao nhiêu?", "cho biết như sau", "9 euros"),
        ("退货期限是多少天？", "的原文如下", "30 days"),
        ("ما هي ساعات عمل المتجر؟", "هذا ما يقوله", "nine to five"),
        ("¿En cuántos días puedo devolver una maceta?", "Esto es lo que dice", "30 days"),
        ("Quels sont vos horaires d’ouverture le samedi ?", "Voici ce qu’écrit", "noon"),
    ] {
        let answer = answer(question).await;
        assert!(answer.content.contains(whose) && answer.content.contains(wanted), "{question}: {answer:?}");
        assert!(answer.confidence.is_some_and(|confidence| confidence >= 0.5) && !answer.citations.is_empty());
    }
    // In the text's own language nothing is said of whose words these are.
    let own = answer("How long do parcels to Norway take?").await;
    assert!(own.content.starts_with("Parcels to Norway take six working days"), "{own:?}");
    // What the texts do not say is not made up of them, in whatever language.
    let strange = answer("Wie hoch ist der Eiffelturm?").await;
    assert!(strange.citations.is_empty(), "{strange:?}");
    app.stop().await;
}
