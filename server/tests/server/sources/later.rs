//! What is read later than it was asked for, and what is looked at again.

use super::{Site, pdf, settled, upload};
use crate::{
    cluster,
    harness::{App, wait_for},
};
use api::knowledge;
use domain::rates::Tried;
use std::time::Duration;
use types::{
    TenantId,
    knowledge::{Source, SourceStatus},
};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_read_for_a_business_in_a_day_has_a_limit_and_the_rest_follows() {
    let app = App::start().await;
    let shop = app.business("thrift").await;
    let url = app.database.owner_url.as_str();
    cluster::execute(url, "UPDATE tenants SET limits = '{\"pages_per_day\": 2, \"reading_minutes_per_day\": 1}'").await;
    let site = Site::start().await;
    site.page(
        "/",
        "text/html",
        "<main><p>Welcome to the mill by the river.</p><a href='/a'>a</a><a href='/b'>b</a></main>",
    );
    site.page("/a", "text/html", "<title>A</title><p>We grind rye on Mondays.</p>");
    site.page("/b", "text/html", "<title>B</title><p>We grind oats on Sundays.</p>");
    let add = [("url", site.url("/")), ("pages", "50".to_owned()), ("every", "never".to_owned())];
    let add: Vec<(&str, &str)> = add.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let source: Source = shop.owner.submit("/api/knowledge/site", &add).await.unwrap();

    let waits_and_says_why = async |id| {
        wait_for("a source that waits", async || {
            let source = shop.owner.call(&knowledge::GetSource { id }).await.unwrap();
            (source.status == SourceStatus::Queued
                && source.error.as_deref().is_some_and(|why| why.starts_with("As much was read as your business may")))
            .then_some(())
        })
        .await;
    };
    waits_and_says_why(source.id).await;
    let client = cluster::connect(url).await;
    let waits = "SELECT tenant_id::text, attempts FROM jobs WHERE run_at > now() + interval '9 minutes'";
    let waiting = wait_for("a job that waits", async || client.query(waits, &[]).await.unwrap().pop()).await;
    let tenant: TenantId = waiting.get::<_, &str>("tenant_id").parse().unwrap();
    assert_eq!(waiting.get::<_, i32>("attempts"), 0, "waiting counted as a try");
    assert!(!site.asked().contains(&"/b".to_owned()), "{:?}", site.asked());
    assert!(app.product.rates().limited().iter().any(|limited| limited.tenant == Some(tenant)));

    // The next day.
    let next_day = async || {
        for used in [Tried::Pages(tenant), Tried::ReadingTime(tenant)] {
            app.product.throttle().forget(used);
        }
        client.execute("UPDATE jobs SET run_at = now()", &[]).await.unwrap();
    };
    next_day().await;
    let read = settled(&shop, source.id).await;
    assert_eq!((read.status, read.pages, read.error), (SourceStatus::Ready, 3, None), "{:?}", site.asked());
    assert_eq!(site.asked().iter().filter(|path| *path == "/a").count(), 1, "a page was read twice");

    // The minute of reading is over: a file waits as well, and is not lost.
    app.product.throttle().spend(Tried::ReadingTime(tenant), 1_200, 600, Duration::from_secs(24 * 3600));
    let file = upload(&shop, "hours.pdf", pdf(&["The mill is open on Tuesdays."])).await.unwrap();
    wait_for("a job that waits", async || client.query(waits, &[]).await.unwrap().pop()).await;
    waits_and_says_why(file.id).await;
    // Nor do looks at what was read before pile up.
    for _day in 0..2 {
        client.execute("UPDATE sources SET settings = settings || '{\"every\": \"daily\"}', next_sync_at = now() - interval '1 second' WHERE kind = 'site'", &[]).await.unwrap();
        domain::knowledge::take_up_due(&app.product).await.unwrap();
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    assert_eq!(client.query("SELECT FROM jobs WHERE kind = 'crawl'", &[]).await.unwrap().len(), 1);
    assert!(app.product.rates().refused(tenant, 15).is_empty(), "what a business uses up itself looks like an attack");
    next_day().await;
    assert_eq!(settled(&shop, file.id).await.status, SourceStatus::Ready);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_looked_at_again_and_is_the_same_is_ready_again() {
    let app = App::start().await;
    let shop = app.business("again").await;
    let site = Site::start().await;
    site.page("/a", "text/html", "<title>A</title><p>We grind rye on Mondays.</p>");
    let add = [("url", site.url("/a")), ("every", "never".to_owned())];
    let add: Vec<(&str, &str)> = add.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let page: Source = shop.owner.submit("/api/knowledge/page", &add).await.unwrap();
    assert_eq!(settled(&shop, page.id).await.status, SourceStatus::Ready);
    let asked = site.asked().len();
    let waiting = shop.owner.call(&knowledge::RetrySource { id: page.id }).await.unwrap();
    assert_eq!(waiting.status, SourceStatus::Queued);
    assert_eq!(settled(&shop, page.id).await.status, SourceStatus::Ready);
    assert!(site.asked().len() > asked);
    app.stop().await;
}
