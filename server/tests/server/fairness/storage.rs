//! How much the sources of one business may hold.

use crate::{
    cluster,
    harness::{App, Business},
};
use api::{knowledge, products};
use types::{
    ErrorCode, Result,
    knowledge::Source,
    products::{NewProduct, ProductStatus},
};

/// A text of its own that is a few kilobytes long.
fn text(name: &str) -> String {
    format!("# {name}\n\n{}", format!("The {name} is made of clay and holds some water. ").repeat(80))
}

async fn add(shop: &Business, name: &str) -> Result<Source> {
    shop.owner.submit("/api/knowledge/text", &[("title", name), ("content", &text(name))]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_business_stores_has_a_limit_and_deleting_makes_room() {
    let app = App::start().await;
    let (shop, other) = (app.business("alder").await, app.business("birch").await);
    let pot = add(&shop, "pot").await.unwrap();
    // All but a kilobyte of the megabyte that it may have.
    let sql = format!(
        "UPDATE tenants SET limits = '{{\"storage_mb\": 1}}';
         INSERT INTO sources (tenant_id, id, kind, title, content, fingerprint, status, bytes)
         SELECT tenant_id, gen_random_uuid(), 'text', 'Large', repeat('x', 1048576 - 1024 - octet_length(content)),
            'large', 'ready', 1 FROM sources WHERE id = '{}'",
        pot.id
    );
    cluster::execute(&app.database.owner_url, &sql).await;

    // Whatever it comes as.
    let refused = add(&shop, "vase").await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::TooLarge);
    assert_eq!(refused.message, "This would make your sources larger than 1 MB together. Delete some first.");
    let long = text("jug");
    let faq = [("question", "What is the jug made of?"), ("answer", long.as_str())];
    let new = NewProduct {
        name: "Jug".to_owned(),
        description: text("jug").chars().take(1_900).collect(),
        price: None,
        currency: String::new(),
        status: ProductStatus::Available,
        extra_info: String::new(),
    };
    let pdf = [b"%PDF-1.4\n1 0 obj\n".to_vec(), vec![b' '; 4_000]].concat();
    let changed = text("pot").repeat(2);
    for (what, error) in [
        ("a question", shop.owner.submit::<Source>("/api/knowledge/faq", &faq).await.err()),
        ("a product", shop.owner.call(&products::AddProduct { new }).await.err()),
        (
            "a text file",
            shop.owner
                .call(&knowledge::AddFile { name: "bowl.txt".to_owned(), bytes: text("bowl").into_bytes() })
                .await
                .err(),
        ),
        (
            "a file that waits to be read",
            shop.owner.call(&knowledge::AddFile { name: "cup.pdf".to_owned(), bytes: pdf }).await.err(),
        ),
        (
            "a longer text",
            shop.owner
                .submit::<Source>(
                    "/api/knowledge/change",
                    &[("id", &pot.id.to_string()), ("title", "pot"), ("content", &changed)],
                )
                .await
                .err(),
        ),
    ] {
        let refused = error.unwrap_or_else(|| panic!("{what} was taken"));
        assert_eq!((refused.code, refused.message.contains("1 MB")), (ErrorCode::TooLarge, true), "{what}: {refused}");
    }
    // Over a limit that was lowered, what becomes no larger is taken as ever.
    let sql = "UPDATE sources SET content = content || repeat('x', 2048) WHERE title = 'Large'";
    cluster::execute(&app.database.owner_url, sql).await;
    let id = pot.id.to_string();
    let as_long = text("pot").replace("clay", "tin.");
    let longer = format!("{as_long} Really.");
    for (content, is_taken) in [(as_long.as_str(), true), (longer.as_str(), false), ("Pots are sold out.", true)] {
        let fields = [("id", id.as_str()), ("title", "pot"), ("content", content)];
        let changed = shop.owner.submit::<Source>("/api/knowledge/change", &fields).await;
        assert_eq!(changed.is_ok(), is_taken, "{changed:?}");
    }
    // Nobody else has less for it.
    add(&other, "vase").await.unwrap();

    // What is deleted makes room; of two who come for the last of it one gets it.
    let sources = shop.owner.call(&knowledge::ListSources {}).await.unwrap();
    let large = sources.into_iter().find(|source| source.title == "Large").unwrap();
    shop.owner.call(&knowledge::DeleteSource { id: large.id }).await.unwrap();
    let sql = format!(
        "INSERT INTO sources (tenant_id, id, kind, title, content, fingerprint, status, bytes)
         SELECT tenant_id, gen_random_uuid(), 'text', 'Large', repeat('x', 1048576 - 5000 - octet_length(content)),
            'large', 'ready', 1 FROM sources WHERE id = '{}'",
        pot.id
    );
    cluster::execute(&app.database.owner_url, &sql).await;
    let (one, two) = tokio::join!(add(&shop, "vase"), add(&shop, "bowl"));
    assert_eq!([one.is_ok(), two.is_ok()].into_iter().filter(|is_in| *is_in).count(), 1, "{one:?} {two:?}");
    app.stop().await;
}
