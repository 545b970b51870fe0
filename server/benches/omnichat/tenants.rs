//! Many tenants at once: reads and sends at a steady rate, then more and more
//! until the server says that it is busy.

use crate::{
    business::{self, Business},
    client::{Caller, Outcome},
    load::{Trips, pace},
    machine::resident_memory,
    options::Scale,
    places::Places,
    process::Server,
    report::{Report, Target},
    say,
};
use anyhow::Result;
use api::{inbox, widgets};
use futures::{StreamExt, TryStreamExt, stream};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use types::{ClientId, ConversationId, WidgetId, inbox::InboxView, widgets::VisitorPage};

/// Tenants that are made at once.
const TOGETHER: usize = 12;
/// Conversations of each tenant.
const CONVERSATIONS: usize = 3;
/// Messages of each conversation to begin with.
const MESSAGES: usize = 4;
/// How often the rate is doubled before the server counts as not to be overloaded from here.
const DOUBLINGS: u32 = 5;
/// Memory that the server may take in the worst of it.
const MEMORY_MIB: f64 = 600.0;

/// A tenant with what its people and visitors ask for.
struct Tenant {
    owner: Caller,
    widget: WidgetId,
    visitors: Vec<(Caller, ConversationId)>,
}

/// Makes the tenants and loads the server with all of them.
///
/// # Errors
/// When the server refuses what prepares it.
pub async fn measure(places: &Places, scale: &Scale, report: &mut Report) -> Result<()> {
    say::heading(format!("Making {} tenants", scale.tenants));
    // Registrations are limited by address, and everything here comes from one.
    let server = Server::start_with(places, &["--behind-proxy"]).await?;
    let done = loads(&server, scale, report).await;
    if done.is_err() {
        say::line(server.log_tail());
    }
    server.stop()?;
    done
}

async fn loads(server: &Server, scale: &Scale, report: &mut Report) -> Result<()> {
    // One set of connections for all of them, as a proxy has.
    let proxy = Caller::browser(&server.url)?;
    let making = stream::iter(0..scale.tenants).map(|place| make(&proxy, place));
    let tenants: Arc<[Tenant]> = making.buffer_unordered(TOGETHER).try_collect::<Vec<_>>().await?.into();

    let (rate, seconds) = scale.tenant_load;
    let steady = load(&tenants, rate, seconds).await?;
    let sample = format!(
        "{} tenants, {rate} requests/s for {seconds} s: 40 % conversation lists, 25 % messages, 15 % widget settings, 20 % sends",
        scale.tenants
    );
    report.add("many tenants, p50", steady.trips.times(0).0.milliseconds(0.5), "ms", Target::AtMost(10.0), &sample);
    report.add("many tenants, p99", steady.trips.times(0).0.milliseconds(0.99), "ms", Target::AtMost(50.0), "the same");
    let lost = (steady.refused + steady.failed) as f64;
    report.add("many tenants, requests refused or failed", lost, "", Target::AtMost(0.0), "the same");

    let mut failed = 0;
    let mut rate = rate;
    for _ in 0..DOUBLINGS {
        rate = rate.saturating_mul(2);
        let heavy = load(&tenants, rate, (seconds / 4).max(1)).await?;
        failed += heavy.failed;
        let (times, _) = heavy.trips.times(0);
        let sample =
            format!("{} answered, {} refused with Retry-After, {} failed", times.count(), heavy.refused, heavy.failed);
        report.add(
            format!("many tenants at {rate} requests/s, p99"),
            times.milliseconds(0.99),
            "ms",
            Target::None,
            sample,
        );
        if heavy.refused > 0 {
            break;
        }
    }
    let name = "many tenants, overload: requests that were neither answered nor refused politely";
    report.add(name, failed as f64, "", Target::AtMost(0.0), "the rates above");
    let memory = resident_memory(server.process()) as f64 / 1024.0 / 1024.0;
    let name = "many tenants, memory of the server after the overload";
    report.add(name, memory, "MiB", Target::AtMost(MEMORY_MIB), "resident, model included");
    Ok(())
}

async fn make(proxy: &Caller, place: usize) -> Result<Tenant> {
    let address = format!("10.{}.{}.{}", place >> 16 & 255, place >> 8 & 255, place & 255);
    let owner = proxy.browser_beside().at(address);
    let business = Business::register_as(owner, &format!("Tenant {place}")).await?;
    business.switch_ai(false).await?;
    let mut visitors = Vec::new();
    for visitor in business.visitors(CONVERSATIONS).await? {
        let mut conversation = None;
        for number in 0..MESSAGES {
            let text = format!("Message {number}: has my order left your warehouse, and when will it be here?");
            conversation = Some(business::send(&visitor, ClientId::random(), text).await?.conversation_id);
        }
        visitors.extend(conversation.map(|conversation| (visitor, conversation)));
    }
    Ok(Tenant { owner: business.owner, widget: business.widget, visitors })
}

struct Loaded {
    trips: Arc<Trips>,
    refused: usize,
    failed: usize,
}

/// So many requests a second for so many seconds, each of another tenant.
async fn load(tenants: &Arc<[Tenant]>, rate: u32, seconds: u32) -> Result<Loaded> {
    say::heading(format!("{rate} requests a second for {seconds} s"));
    let count = (rate * seconds) as usize;
    let trips = Arc::new(Trips::new(count));
    let (refused, failed, ended) =
        (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    {
        let (tenants, trips) = (tenants.clone(), trips.clone());
        let (refused, failed, ended) = (refused.clone(), failed.clone(), ended.clone());
        pace(count, rate, move |place, due| {
            trips.due(place, due);
            let (tenants, trips) = (tenants.clone(), trips.clone());
            let (refused, failed, ended) = (refused.clone(), failed.clone(), ended.clone());
            tokio::spawn(async move {
                // Spreads the tenants, and the kinds of request among them.
                let random = (place as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20;
                let tenant = tenants.get(random as usize % tenants.len().max(1));
                match ask(tenant, random / 7).await {
                    Outcome::Answered => trips.done(place, Instant::now()),
                    Outcome::Refused => drop(refused.fetch_add(1, Ordering::Relaxed)),
                    Outcome::Failed => drop(failed.fetch_add(1, Ordering::Relaxed)),
                }
                ended.fetch_add(1, Ordering::Relaxed);
            });
        })
        .await?;
    }
    let deadline = Instant::now() + Duration::from_secs(70);
    while ended.load(Ordering::Relaxed) < count && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let silent = count - ended.load(Ordering::Relaxed);
    Ok(Loaded { trips, refused: refused.load(Ordering::Relaxed), failed: failed.load(Ordering::Relaxed) + silent })
}

async fn ask(tenant: Option<&Tenant>, random: u64) -> Outcome {
    let Some(tenant) = tenant else { return Outcome::Failed };
    let Some((visitor, conversation)) = tenant.visitors.get(random as usize % CONVERSATIONS) else {
        return Outcome::Failed;
    };
    match random / 3 % 100 {
        0..40 => {
            let list = inbox::ListConversations { view: InboxView::All, search: String::new(), before: None };
            tenant.owner.try_call(&list).await
        }
        40..65 => tenant.owner.try_call(&inbox::OpenConversation { id: *conversation }).await,
        65..80 => visitor.try_call(&widgets::Appearance { id: tenant.widget }).await,
        _ => {
            let page = VisitorPage {
                url: "https://shop.example/pots".to_owned(),
                title: "Pots".to_owned(),
                locale: "en".to_owned(),
            };
            let content = "Thank you. And can I still change the address?".to_owned();
            visitor.try_call(&widgets::SendMessage { client_id: ClientId::random(), content, page }).await
        }
    }
}
