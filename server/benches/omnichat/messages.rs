//! From a visitor's send call to an agent's socket, commit to disk included.

use crate::{
    business::{self, Business},
    client::Caller,
    load::{Trips, pace},
    machine::processor_seconds,
    options::Scale,
    process::Server,
    report::{Report, Target},
    say,
    socket::Socket,
};
use anyhow::Result;
use futures::{StreamExt, TryStreamExt, stream};
use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use types::{
    ClientId,
    realtime::{Event, ServerFrame},
};

/// As much as people write.
const TEXT: &str =
    "Hello, I ordered two large pots last week and one of them arrived with a crack. Can you send me a new one?";

/// Sends a steady stream of messages to open conversations, with the widget of
/// every visitor and one dashboard connected.
///
/// # Errors
/// When the server refuses what prepares it.
pub async fn measure(
    server: &Server,
    business: &Business,
    scale: &Scale,
    conversations: usize,
    seconds: u32,
    report: &mut Report,
) -> Result<()> {
    say::heading(format!("Messages with {conversations} conversations open"));
    let visitors: Arc<[Caller]> = business.visitors(conversations).await?.into();
    let widgets = open(&visitors).await?;
    let skip = (scale.warm_up * scale.message_rate) as usize;
    let count = skip + (seconds * scale.message_rate) as usize;
    let ids: Arc<[ClientId]> = (0..count).map(|_| ClientId::random()).collect();
    let (arrivals, answers) = (Arc::new(Trips::new(count)), Arc::new(Trips::new(count)));
    let dashboard = {
        let places: HashMap<ClientId, usize> = ids.iter().copied().zip(0..).collect();
        let arrivals = arrivals.clone();
        Socket::dashboard(&business.owner, move |frame, at| {
            if let Some(place) = message_id(&frame).and_then(|id| places.get(&id)) {
                arrivals.done(*place, at);
            }
        })
        .await?
    };

    let refused = Arc::new(AtomicUsize::new(0));
    let (cpu, began) = (processor_seconds(server.process()), Instant::now());
    {
        let (arrivals, answers, refused) = (arrivals.clone(), answers.clone(), refused.clone());
        pace(count, scale.message_rate, move |place, due| {
            arrivals.due(place, due);
            answers.due(place, due);
            let (visitors, ids, answers, refused) = (visitors.clone(), ids.clone(), answers.clone(), refused.clone());
            tokio::spawn(async move {
                let visitor = visitors.get(place % visitors.len().max(1));
                if let (Some(visitor), Some(id)) = (visitor, ids.get(place)) {
                    match business::send(visitor, *id, TEXT.to_owned()).await {
                        Ok(_) => answers.done(place, Instant::now()),
                        Err(error) => {
                            if refused.fetch_add(1, Ordering::Relaxed) == 0 {
                                say::line(format!("  {error:#}"));
                            }
                        }
                    }
                }
            });
        })
        .await?;
    }
    arrivals.wait(Duration::from_secs(15)).await;
    let cpu = cpu.zip(processor_seconds(server.process())).map(|(before, after)| after - before);
    let took = began.elapsed();
    let closed = widgets.iter().filter(|widget| !widget.is_open()).count() + usize::from(!dashboard.is_open());

    let (times, missing) = arrivals.times(skip);
    let (answered, _) = answers.times(skip);
    let mut sample =
        format!("{} messages at {}/s, each widget connected, all of one tenant", times.count(), scale.message_rate);
    let refused = refused.load(Ordering::Relaxed);
    if missing + refused + closed > 0 {
        sample += &format!("; {missing} did not arrive, {refused} refused, {closed} sockets lost");
    }
    let name = |what: &str| format!("message visitor → agent's socket, {conversations} conversations open, {what}");
    report.add(name("p50"), times.milliseconds(0.5), "ms", Target::AtMost(4.0), &sample);
    report.add(name("p99"), times.milliseconds(0.99), "ms", Target::AtMost(12.0), &sample);
    let name = |what: &str| format!("send call answered to the visitor, {conversations} conversations open, {what}");
    report.add(name("p50"), answered.milliseconds(0.5), "ms", Target::None, "the same messages");
    report.add(name("p99"), answered.milliseconds(0.99), "ms", Target::None, "the same messages");
    if let Some(cpu) = cpu {
        let thousands = count as f64 / 1000.0;
        let sample = format!("server process without PostgreSQL, {:.0} s", took.as_secs_f64());
        let name = format!("CPU seconds per 1,000 messages, {conversations} conversations open");
        report.add(name, cpu / thousands, "s", Target::AtMost(0.6), sample);
    }
    Ok(())
}

/// The first message of each visitor, and their widget's socket.
async fn open(visitors: &[Caller]) -> Result<Vec<Socket>> {
    let opening = stream::iter(visitors).map(|visitor| async move {
        business::send(visitor, ClientId::random(), TEXT.to_owned()).await?;
        Socket::widget(visitor, |_, _| {}).await
    });
    opening.buffer_unordered(16).try_collect().await
}

fn message_id(frame: &ServerFrame) -> Option<ClientId> {
    match frame {
        ServerFrame::Event { event: Event::MessageCreated { message, .. }, .. } => message.client_id,
        _ => None,
    }
}
