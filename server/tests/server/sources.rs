//! Everything that the AI can learn from: files of each kind, hostile ones,
//! answers, tables, products, pages and sites of the web.

mod files;
mod later;
mod web;

use crate::harness::{App, Business, wait_for};
use api::{answers, audit, knowledge, products};
use files::{bomb, docx, pdf, pdf_bomb};
use flate2::{Compression, write::GzEncoder};
use std::{io::Write as _, time::Duration};
use types::{
    ErrorCode, SourceId,
    answers::AnswerKind,
    audit::AuditAction,
    knowledge::{Imported, Source, SourceKind, SourceStatus, SyncEvery},
    products::{NewProduct, Price, ProductStatus},
};
use web::Site;

async fn upload(shop: &Business, name: &str, bytes: Vec<u8>) -> types::Result<Source> {
    shop.owner.call(&knowledge::AddFile { name: name.to_owned(), bytes }).await
}

/// The source once it is ready or has failed. A hostile one may use up its time before.
async fn settled(shop: &Business, id: SourceId) -> Source {
    for _ in 0..900 {
        let source = shop.owner.call(&knowledge::GetSource { id }).await.unwrap();
        if matches!(source.status, SourceStatus::Ready | SourceStatus::Failed) {
            return source;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("waited in vain for a source to be read");
}

/// What a visitor would be answered; empty when it is handed off.
async fn answer(shop: &Business, question: &str) -> String {
    let found = shop.owner.call(&answers::TryQuestion { question: question.to_owned() }).await.unwrap();
    if found.answer.kind == AnswerKind::HandOff { String::new() } else { found.answer.text }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_every_kind_are_read_and_answered_from() {
    let app = App::start().await;
    let shop = app.business("reader").await;
    let html = b"<!doctype html><title>Opening</title><nav>Menu</nav><main><h1>Opening hours</h1>\
        <p>The nursery is open from nine to six on weekdays and until noon on Saturdays.</p></main>";
    let table = "Plant;Light;Water\nMonstera;bright shade;once a week\nAloe vera;full sun;every three weeks\n";
    let kinds = [
        ("warranty.pdf", pdf(&["Every tool that we sell has a warranty of", "seven years against broken handles."])),
        (
            "returns.docx",
            docx("<w:p><w:r><w:t>Plants can be sent back within fourteen days in their pot.</w:t></w:r></w:p>"),
        ),
        ("hours.html", html.to_vec()),
        ("plants.csv", table.as_bytes().to_vec()),
        ("gifts.md", b"# Gift cards\n\nGift cards are good for three years from the day they were bought.".to_vec()),
    ];
    for (name, bytes) in &kinds {
        let source = upload(&shop, name, bytes.clone()).await.unwrap();
        assert_eq!(source.kind, SourceKind::File);
        let source = settled(&shop, source.id).await;
        assert_eq!((source.status, source.error), (SourceStatus::Ready, None), "{name}");
        assert!(source.passages > 0, "{name}");
        let again = upload(&shop, name, bytes.clone()).await.unwrap_err();
        assert_eq!(again.code, ErrorCode::Conflict, "{name}");
    }
    for (question, expected) in [
        ("How long is the warranty on tools?", "seven years"),
        ("Within how many days can plants be sent back?", "fourteen days"),
        ("When is the nursery open on Saturdays?", "until noon"),
        ("How often does Aloe vera need water?", "every three weeks"),
        ("How long are gift cards good for?", "three years"),
    ] {
        let text = answer(&shop, question).await;
        assert!(text.contains(expected), "{question}: {text}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_files_hurt_nobody() {
    let app = App::start().await;
    let shop = app.business("fortress").await;
    // What can be told at once is told at once.
    for (name, bytes, code) in [
        ("a.pdf", b"\x89PNG\r\n\x1a\n....".to_vec(), ErrorCode::UnsupportedFile),
        ("a.docx", b"PK\x03\x04 a/b.txt".to_vec(), ErrorCode::UnsupportedFile),
        ("a.exe", b"MZ hello".to_vec(), ErrorCode::UnsupportedFile),
        ("a.pdf", Vec::new(), ErrorCode::Invalid),
        ("a.pdf", vec![b' '; 20 * 1024 * 1024 + 1], ErrorCode::TooLarge),
    ] {
        assert_eq!(upload(&shop, name, bytes).await.unwrap_err().code, code, "{name}");
    }
    // The rest shows when it is read: two gigabytes in a small file, depth without end, and plain nonsense.
    let deep = format!("<!doctype html>{}", "<div><b>".repeat(200_000));
    let hostile = [
        ("bomb.docx", bomb()),
        ("bomb.pdf", pdf_bomb()),
        ("deep.html", deep.into_bytes()),
        ("broken.pdf", b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj trailer << /Root 1 0 R >>".to_vec()),
        ("broken.docx", b"PK\x03\x04 word/document.xml and nothing else".to_vec()),
        ("pictures.pdf", pdf(&[])),
    ];
    let mut added = Vec::new();
    for (name, bytes) in hostile {
        assert!(bytes.len() < 5 * 1024 * 1024, "{name} is {} bytes", bytes.len());
        added.push((name, upload(&shop, name, bytes).await.unwrap().id));
    }
    for (name, id) in added {
        let source = settled(&shop, id).await;
        assert_eq!(source.status, SourceStatus::Failed, "{name}");
        let why = source.error.unwrap();
        assert!(why.ends_with('.') && why.len() < 200, "{name}: {why}");
        // The file was not kept, so trying again says what to do instead.
        assert_eq!(
            shop.owner.call(&knowledge::RetrySource { id }).await.unwrap_err().code,
            ErrorCode::Conflict,
            "{name}"
        );
    }
    // The same process goes on as if nothing had been.
    shop.learn("Returns", "You can send anything back within thirty days.").await;
    assert!(answer(&shop, "Within how many days can I send it back?").await.contains("thirty days"));
    let memory = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = memory.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap().trim().trim_end_matches(" kB");
    assert!(peak.trim().parse::<u64>().unwrap() < 3_000_000, "a file filled the memory of the server: {peak} kB");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_added_changed_and_imported() {
    let app = App::start().await;
    let shop = app.business("answers").await;
    let asked = [("question", "Do you wrap gifts?"), ("answer", "Yes, in paper made of cotton, for three euros.")];
    let faq: Source = shop.owner.submit("/api/knowledge/faq", &asked).await.unwrap();
    assert_eq!((faq.kind, settled(&shop, faq.id).await.status), (SourceKind::Faq, SourceStatus::Ready));
    assert!(answer(&shop, "Can you wrap gifts?").await.contains("three euros"));

    let text = shop.owner.call(&knowledge::GetSourceText { id: faq.id }).await.unwrap();
    assert_eq!(text.title, "Do you wrap gifts?");
    let id = faq.id.to_string();
    let changed = [("id", id.as_str()), ("title", text.title.as_str()), ("content", "Yes, for five euros in linen.")];
    shop.owner.submit::<Source>("/api/knowledge/change", &changed).await.unwrap();
    wait_for("the change to be read", async || {
        answer(&shop, "Can you wrap gifts?").await.contains("five euros").then_some(())
    })
    .await;

    let table = "Question,Answer\nDo you wrap gifts?,\"No, not any more.\"\nIs there parking?,Behind the house.\n\
        Too short,\n,No question\n";
    let import = knowledge::ImportFaqs { bytes: table.as_bytes().to_vec() };
    let done = shop.owner.call(&import).await.unwrap();
    assert_eq!(done, Imported { added: 1, changed: 1, ..Imported::default() });
    let again = shop.owner.call(&import).await.unwrap();
    assert_eq!(again, Imported { unchanged: 2, ..Imported::default() });
    wait_for("the table to be read", async || {
        let (wrap, parking) = (answer(&shop, "Can you wrap gifts?").await, answer(&shop, "Is there parking?").await);
        (wrap.contains("not any more") && parking.contains("Behind the house")).then_some(())
    })
    .await;
    // One line for each table, and none for its questions.
    let told = shop.owner.call(&audit::ListAudit { before: None }).await.unwrap().entries;
    let lines = |action| told.iter().filter(|entry| entry.action == action).collect::<Vec<_>>();
    let tables = lines(AuditAction::TableImported);
    assert_eq!(tables.len(), 2);
    let detail = |name: &str| tables[1].details.iter().find(|(known, _)| known == name).unwrap().1.clone();
    assert_eq!(
        (tables[1].target.as_str(), detail("added"), detail("changed")),
        ("questions", "1".to_owned(), "1".to_owned())
    );
    assert!(lines(AuditAction::SourceAdded).iter().all(|entry| entry.target != "Is there parking?"));
    assert_eq!(lines(AuditAction::SourceAdded).len(), 1, "the answer that was added by itself");
    let no_table = knowledge::ImportFaqs { bytes: b"name,price\nPot,3".to_vec() };
    assert_eq!(shop.owner.call(&no_table).await.unwrap_err().field.as_deref(), Some("file"));
    app.stop().await;
}

fn basket() -> NewProduct {
    NewProduct {
        name: "Willow basket".to_owned(),
        description: "Woven by hand from white willow. It carries twenty kilograms.".to_owned(),
        price: Some("24.90".parse().unwrap()),
        currency: "EUR".to_owned(),
        status: ProductStatus::Available,
        extra_info: r#"{"Made in": "Poland"}"#.to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn products_are_learned_and_learned_anew_when_they_change() {
    let app = App::start().await;
    let shop = app.business("basket").await;
    let product = shop.owner.call(&products::AddProduct { new: basket() }).await.unwrap();
    assert_eq!(product.price, Some(Price::from_hundredths(2490).unwrap()));
    let listed = async |search: &str| {
        shop.owner.call(&products::ListProducts { search: search.to_owned(), before: None }).await.unwrap()
    };
    let learned = async || {
        wait_for("the products to be learned", async || {
            let page = listed("").await;
            page.products.iter().all(|product| product.learning == SourceStatus::Ready).then_some(())
        })
        .await;
    };
    learned().await;
    assert!(answer(&shop, "How much is the willow basket?").await.contains("24.90 EUR"));
    assert!(answer(&shop, "How much can the willow basket carry?").await.contains("twenty kilograms"));
    let embedded = async || {
        let owner = crate::cluster::connect(&app.database.owner_url).await;
        let sql = "SELECT count(*) FROM products WHERE vector_dims(embedding) = 384";
        owner.query_one(sql, &[]).await.unwrap().get::<_, i64>(0)
    };
    assert_eq!(embedded().await, 1);

    let dearer = NewProduct { price: Some("29".parse().unwrap()), status: ProductStatus::OutOfStock, ..basket() };
    shop.owner.call(&products::ChangeProduct { id: product.id, new: dearer }).await.unwrap();
    learned().await;
    let text = answer(&shop, "How much is the willow basket?").await;
    assert!(text.contains("29.00 EUR") && text.contains("out of stock"), "{text}");
    let twice = shop.owner.call(&products::AddProduct { new: basket() }).await.unwrap_err();
    assert_eq!((twice.code, twice.field.as_deref()), (ErrorCode::Conflict, Some("name")));

    let table = "Name;Beschreibung;Preis;Status;Farbe\nwillow basket;Kleiner;19,50 €;lieferbar;\n\
        Clay pot;Holds five litres of earth;\"1.299,00 €\";ausverkauft;terracotta\nBroken;;gratis;;\n;no name;1;;\n";
    let import = products::ImportProducts { bytes: table.as_bytes().to_vec() };
    let done = shop.owner.call(&import).await.unwrap();
    assert_eq!((done.added, done.changed, done.refused_count), (1, 1, 2), "{done:?}");
    assert_eq!(done.refused.iter().map(|row| row.line).collect::<Vec<_>>(), [4, 5]);
    let again = shop.owner.call(&import).await.unwrap();
    assert_eq!((again.added, again.changed, again.unchanged), (0, 0, 2));
    learned().await;
    assert!(answer(&shop, "What does the clay pot cost?").await.contains("1299.00 EUR"));
    assert_eq!(embedded().await, 2);
    let found = listed("litres").await;
    assert_eq!((found.total, found.products[0].name.as_str()), (1, "Clay pot"));
    assert_eq!(found.products[0].extra_info, r#"{"Farbe": "terracotta"}"#);

    // Products are not among the sources, and go with what the AI knew of them.
    assert!(shop.owner.call(&knowledge::ListSources {}).await.unwrap().is_empty());
    let source = found.products[0].source_id;
    assert_eq!(shop.owner.call(&knowledge::DeleteSource { id: source }).await.unwrap_err().code, ErrorCode::Conflict);
    shop.owner.call(&products::DeleteProduct { id: found.products[0].id }).await.unwrap();
    assert_eq!(answer(&shop, "What does the clay pot cost?").await, "");
    assert_eq!(listed("").await.total, 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_is_read_politely_and_followed_as_it_changes() {
    let app = App::start().await;
    let shop = app.business("crawl").await;
    let site = Site::start().await;
    site.page("/robots.txt", "text/plain", "User-agent: *\nDisallow: /help/secret\nSitemap: /maps/all.xml");
    site.page("/maps/all.xml", "text/xml", "<sitemapindex><sitemap><loc>/maps/help.xml</loc></sitemap></sitemapindex>");
    let urls = [
        "/help/returns?utm_source=map",
        "/help/secret",
        "/help/gone",
        "/help/logo.png",
        "/blog/news",
        "https://elsewhere.example/help/",
    ];
    let map = urls.iter().map(|url| format!("<url><loc>{url}</loc></url>")).collect::<String>();
    // Packed, whatever its name and the server say.
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(format!("<urlset>{map}</urlset>").as_bytes()).unwrap();
    site.bytes("/maps/help.xml", "text/xml", packer.finish().unwrap());
    site.page(
        "/help/",
        "text/html",
        "<title>Help</title><main><p>Our shop stands at the old harbour of Lübeck.</p></main>",
    );
    let returns =
        |days: &str| format!("<title>Returns</title><main><p>You can send plants back within {days} days.</p></main>");
    site.page("/help/returns", "text/html; charset=utf-8", &returns("twelve"));

    let add = [("url", site.url("/help/")), ("pages", "50".to_owned()), ("every", "daily".to_owned())];
    let add: Vec<(&str, &str)> = add.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let source: Source = shop.owner.submit("/api/knowledge/site", &add).await.unwrap();
    let ready = settled(&shop, source.id).await;
    assert_eq!(
        (ready.kind, ready.status, ready.sync),
        (SourceKind::Site, SourceStatus::Ready, Some(SyncEvery::Daily)),
        "{ready:?}"
    );
    let pages = async || shop.owner.call(&knowledge::SitePages { id: source.id }).await.unwrap();
    let titles: Vec<String> = pages().await.into_iter().map(|page| page.title).collect();
    assert_eq!(titles, ["Help", "Returns"], "{:?}", site.asked());
    for never in ["/help/secret", "/help/logo.png", "/blog/news"] {
        assert!(!site.asked().contains(&never.to_owned()), "{never} was fetched");
    }
    wait_for("the pages to be read", async || {
        answer(&shop, "Within how many days can I send plants back?").await.contains("twelve").then_some(())
    })
    .await;

    // Nothing has changed: nothing is read again, and most is not even sent.
    let versions = async || pages().await.iter().map(|page| (page.id, page.passages)).collect::<Vec<_>>();
    let before = versions().await;
    let look = async || {
        shop.owner.call(&knowledge::RetrySource { id: source.id }).await.unwrap();
        settled(&shop, source.id).await
    };
    look().await;
    assert_eq!(versions().await, before);
    assert!(site.not_modified() > 0, "no page was asked for by its version");

    // One page changes, another one goes.
    site.page("/help/returns", "text/html", &returns("twenty"));
    site.remove("/help/gone");
    site.page("/maps/help.xml", "text/xml", "<urlset><url><loc>/help/returns</loc></url></urlset>");
    look().await;
    wait_for("the change to be read", async || {
        answer(&shop, "Within how many days can I send plants back?").await.contains("twenty").then_some(())
    })
    .await;
    site.remove("/help/returns");
    look().await;
    wait_for("the page to be forgotten", async || {
        answer(&shop, "Within how many days can I send plants back?").await.is_empty().then_some(())
    })
    .await;

    // Those who are due are taken up by themselves.
    let owner = crate::cluster::connect(&app.database.owner_url).await;
    owner
        .execute("UPDATE sources SET next_sync_at = now() - interval '1 second' WHERE kind = 'site'", &[])
        .await
        .unwrap();
    let asked = site.asked().len();
    assert_eq!(domain::knowledge::take_up_due(&app.product).await.unwrap(), 1);
    assert_eq!(domain::knowledge::take_up_due(&app.product).await.unwrap(), 0);
    wait_for("the site to be looked at", async || (site.asked().len() > asked).then_some(())).await;
    settled(&shop, source.id).await;

    shop.owner.call(&knowledge::DeleteSource { id: source.id }).await.unwrap();
    let left = owner.query_one("SELECT count(*) FROM passages", &[]).await.unwrap().get::<_, i64>(0);
    assert_eq!(left, 0);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_without_a_map_is_read_by_its_links_and_pages_say_why_they_fail() {
    let app = App::start().await;
    let shop = app.business("links").await;
    let site = Site::start().await;
    site.page("/", "text/html", "<main><p>Welcome to the mill by the river.</p><a href='/a?utm_campaign=x#top'>a</a><a href=b>b</a><a href='mailto:x@y.example'>m</a></main>");
    site.page(
        "/a",
        "text/html",
        "<title>A</title><p>We grind rye on Mondays.</p><a href='/'>home</a><a href='/c' rel=nofollow>c</a>",
    );
    site.page("/b", "text/html", "<title>B</title><meta name=robots content=noindex><p>Draft</p><a href='/d'>d</a>");
    site.page("/c", "text/html", "<p>Never followed.</p>");
    site.page("/d", "text/html", "<title>D</title><p>We grind spelt on Fridays.</p>");
    site.redirect("/moved", "/a");
    site.redirect("/round", "/round");
    site.redirect("/inside", "http://169.254.169.254/latest/meta-data");
    site.redirect("/ours", &format!("{}/mailbox", app.url));
    site.redirect("/mail", "https://mail.example:25/");
    let add = async |path: &str, fields: &[(&str, &str)]| {
        let url = if path.starts_with('/') { site.url(path) } else { path.to_owned() };
        let address = if fields.len() > 1 { "/api/knowledge/site" } else { "/api/knowledge/page" };
        let fields: Vec<(&str, &str)> = [("url", url.as_str())].into_iter().chain(fields.iter().copied()).collect();
        shop.owner.submit::<Source>(address, &fields).await
    };
    let source = add("/", &[("pages", "50"), ("every", "never")]).await.unwrap();
    let source = settled(&shop, source.id).await;
    assert_eq!((source.status, source.pages), (SourceStatus::Ready, 3), "{:?}", site.asked());
    assert!(!site.asked().contains(&"/c".to_owned()));
    wait_for("the pages to be read", async || {
        answer(&shop, "When do you grind spelt?").await.contains("Fridays").then_some(())
    })
    .await;

    // Single pages: each says in words why it cannot be had.
    for (path, words) in [
        ("/nowhere", "no page at this address"),
        ("/round", "without end"),
        ("/inside", "private network"),
        ("/ours", "this server itself"),
        ("/mail", "on the ports 80"),
        ("/b", "noindex"),
        ("/huge", "larger than"),
        ("/picture", "no web page"),
    ] {
        site.page("/huge", "text/html", &"x".repeat(21 * 1024 * 1024));
        site.page("/picture", "image/png", "x");
        let page = add(path, &[("every", "never")]).await;
        // The site has some of them already.
        let Ok(page) = page else { continue };
        let page = settled(&shop, page.id).await;
        assert_eq!(page.status, SourceStatus::Failed, "{path}");
        assert!(page.error.as_deref().unwrap().contains(words), "{path}: {:?}", page.error);
    }
    let own = format!("{}/mailbox", app.url);
    for refused in [
        own.as_str(),
        &own.replace("127.0.0.1", "localhost"),
        "http://168.63.129.16/machine",
        "https://example.com:11434/",
        "http://localhost/",
        "http://10.1.2.3/x",
        "ftp://example.com/",
        "file:///etc/passwd",
        "https://a:b@example.com/",
        "::",
    ] {
        let error = add(refused, &[("every", "never")]).await.unwrap_err();
        assert_eq!((error.code, error.field.as_deref()), (ErrorCode::Invalid, Some("url")), "{refused}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_never_answers_holds_nobody_up() {
    let app = App::start().await;
    let shop = app.business("silence").await;
    let (page, site) = (Site::start().await, Site::start().await);
    page.silent("/slow");
    // Even before anything is read: the rules, or the map.
    site.silent("/sitemap.xml");
    site.silent("/");
    let fields = [("url", page.url("/slow")), ("every", "never".to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let slow: Source = shop.owner.submit("/api/knowledge/page", &fields).await.unwrap();
    let fields = [("url", site.url("/")), ("pages", "5".to_owned()), ("every", "never".to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let mute: Source = shop.owner.submit("/api/knowledge/site", &fields).await.unwrap();
    for id in [slow.id, mute.id] {
        let source = settled(&shop, id).await;
        assert_eq!(source.status, SourceStatus::Failed);
        assert!(source.error.as_deref().unwrap().contains("20 seconds"), "{:?}", source.error);
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crawl_that_gave_its_place_up_goes_on_where_it_was() {
    let app = App::start().await;
    let shop = app.business("patience").await;
    let site = Site::start().await;
    site.page("/", "text/html", "<main><p>Welcome to the mill by the river.</p><a href='/a'>a</a></main>");
    site.page("/a", "text/html", "<title>A</title><p>We grind rye on Mondays.</p>");
    let add = [("url", site.url("/")), ("pages", "50".to_owned()), ("every", "never".to_owned())];
    let add: Vec<(&str, &str)> = add.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let source: Source = shop.owner.submit("/api/knowledge/site", &add).await.unwrap();
    assert_eq!(settled(&shop, source.id).await.pages, 2);
    let before = site.asked().len();

    site.page(
        "/e",
        "text/html",
        "<title>E</title><p>We grind oats on Sundays.</p><a href='/'>home</a><a href='/f'>f</a>",
    );
    site.page("/f", "text/html", "<title>F</title><p>We grind maize on Fridays.</p>");
    // The rest of this crawl, and that of an earlier one.
    let rest = |began: i64, waiting: &str| {
        let rest = serde_json::json!({
            "began": began, "slices": 1, "waiting": [site.url(waiting)], "met": [site.url("/"), site.url("/a")],
            "is_cut": false, "by_links": true, "read": 2, "failures": 0, "in_a_row": 0, "why": null,
        });
        let payload = serde_json::json!({ "kind": "read_rest_of_site", "source_id": source.id, "rest": rest });
        format!(
            "INSERT INTO jobs (tenant_id, id, kind, payload)
             SELECT tenant_id, gen_random_uuid(), 'crawl', '{payload}' FROM sources WHERE id = '{}';",
            source.id
        )
    };
    let sql = format!(
        "UPDATE sources SET status = 'processing', settings = settings || '{{\"started\": 2}}' WHERE id = '{}'; {}{}",
        source.id,
        rest(1, "/a"),
        rest(2, "/e")
    );
    crate::cluster::execute(&app.database.owner_url, &sql).await;
    let read = settled(&shop, source.id).await;
    assert_eq!((read.status, read.pages), (SourceStatus::Ready, 4), "{:?}", site.asked());
    let asked: Vec<String> = site.asked().into_iter().skip(before).filter(|path| path != "/robots.txt").collect();
    assert_eq!(asked, ["/e", "/f"]);
    app.stop().await;
}
