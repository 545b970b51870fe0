//! Answers that are calculated from products and tables, and messages that ask several things.

use crate::harness::{App, Business, wait_for};
use api::{answers, inbox, products};
use types::{
    answers::{Answer, AnswerKind},
    inbox::{ConversationStatus, SenderType},
    knowledge::SourceStatus,
    products::{NewProduct, ProductStatus},
};

async fn sell(shop: &Business, name: &str, price: &str, status: ProductStatus) {
    let new = NewProduct {
        name: name.to_owned(),
        description: String::new(),
        price: Some(price.parse().unwrap()),
        currency: "EUR".to_owned(),
        status,
        extra_info: r#"{"sku": "SKU-2"}"#.to_owned(),
    };
    shop.owner.call(&products::AddProduct { new }).await.unwrap();
}

async fn ask(shop: &Business, question: &str) -> Answer {
    shop.owner.call(&answers::TryQuestion { question: question.to_owned() }).await.unwrap().answer
}

const DELIVERY: &str = "# Delivery\n\n| Country | Delivery | Time |\n|---|---|---|\n| Norway | 19.00 EUR | 5 days |\n\
    | France | 7.00 EUR | 3 days |\n| Germany | 4.90 EUR | 2 days |\n";

const OLD_PAGE: &str = "# Our bikes of last year\n\nThe kids bike Puky 16 costs 99.00 EUR and is sold out. \
    The city bike costs 450.00 EUR.";

async fn bicycle_shop(app: &App, name: &str) -> Business {
    let shop = app.business(name).await;
    shop.learn("Delivery", DELIVERY).await;
    shop.learn("Bikes", OLD_PAGE).await;
    sell(&shop, "Kids bike Puky 16", "129.50", ProductStatus::Available).await;
    sell(&shop, "City bike", "499", ProductStatus::OutOfStock).await;
    sell(&shop, "Bell", "9.90", ProductStatus::Available).await;
    wait_for("the products to be learned", async || {
        let page = shop.owner.call(&products::ListProducts { search: String::new(), before: None }).await.unwrap();
        page.products.iter().all(|product| product.learning == SourceStatus::Ready).then_some(())
    })
    .await;
    shop
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_of_products_and_tables_is_calculated() {
    let app = App::start().await;
    let shop = bicycle_shop(&app, "pedal").await;
    for (question, wanted) in [
        // The table of products beats the old page.
        ("How much is the kids bike?", "Kids bike Puky 16 costs 129.50 EUR and is in stock. [1]"),
        ("Is the city bike in stock?", "City bike costs 499.00 EUR and is out of stock at the moment. [1]"),
        ("Was kostet der Puky 16?", "Kids bike Puky 16 kostet 129.50 EUR und ist auf Lager. [1]"),
        ("What is your cheapest bike?", "The cheapest is Kids bike Puky 16: 129.50 EUR. [1]"),
        (
            "Which products are under 150 EUR?",
            "Under 150.00 EUR: Bell (9.90 EUR) and Kids bike Puky 16 (129.50 EUR). [1][2]",
        ),
        (
            "What do the bell and the city bike cost together?",
            "Bell (9.90 EUR) + City bike (499.00 EUR) = 508.90 EUR in total. [1][2]",
        ),
        (
            "How much is the city bike with 10 % off?",
            "City bike costs 499.00 EUR; with 10 % off that is 449.10 EUR. [1]",
        ),
        // No product is called so: the table of the source answers.
        ("Which country has the cheapest delivery?", "The cheapest is Germany: 4.90 EUR. [1]"),
        ("Which delivery is slowest?", "Time: the highest is 5 days (Norway). [1]"),
    ] {
        let answer = ask(&shop, question).await;
        assert_eq!(answer.text, wanted, "{question}");
        assert!(answer.kind == AnswerKind::Extractive && answer.confidence >= 0.9, "{answer:?}");
        assert_eq!(answer.citations.len(), wanted.matches('[').count(), "{question}");
    }
    let row = ask(&shop, "Which country has the cheapest delivery?").await.citations.remove(0);
    assert_eq!(
        (row.title.as_str(), row.quote.as_str()),
        ("Delivery", "Country: Germany; Delivery: 4.90 EUR; Time: 2 days")
    );
    // What cannot be calculated is looked for as ever, and no row is taken for it.
    let carried = ask(&shop, "How much weight can the city bike carry?").await;
    assert!(!carried.text.contains("499.00 EUR") || carried.confidence < 0.9, "{carried:?}");
    let norway = ask(&shop, "What does delivery to Norway cost?").await;
    assert!(
        norway.text.contains("Norway – Delivery: 19.00 EUR, Time: 5 days") && !norway.text.contains("France"),
        "{norway:?}"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_questions_of_one_message_are_answered_one_by_one() {
    let app = App::start().await;
    let shop = bicycle_shop(&app, "spoke").await;
    let message = "How much is the bell? Which country has the cheapest delivery? Is there a zebra in Zanzibar?";
    let both = ask(&shop, message).await;
    let (bell, delivery) = ("Bell costs 9.90 EUR and is in stock. [1]", "The cheapest is Germany: 4.90 EUR. [2]");
    assert!(both.text.starts_with(&format!("{bell}\n\n{delivery}")), "{}", both.text);
    assert_eq!(both.citations.iter().map(|citation| citation.number).collect::<Vec<_>>(), [1, 2]);
    assert!(both.text.contains("asked the team: “Is there a zebra in Zanzibar?”"), "{}", both.text);

    // The visitor gets the answers, and the team hears of what is left.
    let visitor = app.visitor(shop.widget.id).await;
    visitor.send(message).await;
    let messages = wait_for("the answers", async || {
        let messages = visitor.messages().await;
        messages.iter().any(|message| message.sender_type == SenderType::Ai).then_some(messages)
    })
    .await;
    let answer = messages.iter().find(|message| message.sender_type == SenderType::Ai).unwrap();
    assert!(answer.content.contains(bell) && answer.content.contains("zebra"), "{}", answer.content);
    let conversation = shop.agent.call(&inbox::OpenConversation { id: answer.conversation_id }).await.unwrap();
    assert_eq!(conversation.conversation.status, ConversationStatus::Open);
    app.stop().await;
}
