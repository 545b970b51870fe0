//! Work that is done later: rows that are enqueued in the transaction which
//! needs them, claimed by a lease in turn of their tenants, retried, and kept
//! for a look when given up.

mod claim;
mod hand;
mod kinds;
mod lanes;
mod run;
mod settle;

pub use claim::{Claimed, Turn, claim};
pub(crate) use hand::aside;
pub use kinds::Job;
pub use lanes::Lane;

use crate::Omnichat;
use hand::Hand;
use std::{sync::Arc, time::Duration};
use tokio::{sync::Semaphore, task::JoinSet};
use tokio_util::sync::CancellationToken;

/// A claimed job belongs to its worker for so long; the worker renews it
/// while it works, so only a crash lets it run out.
const LEASE_SECONDS: i64 = 20;
/// How often a lane looks without being woken: retries, and jobs of other nodes.
const POLL: Duration = Duration::from_secs(2);

/// Works until `shutdown`, then finishes what is running.
pub async fn run_workers(product: Omnichat, shutdown: CancellationToken) {
    let mut workers = JoinSet::new();
    for lane in Lane::ALL {
        workers.spawn(serve(product.clone(), lane, shutdown.clone()));
    }
    workers.spawn(crate::retention::keep_tidy(product.clone(), shutdown.clone()));
    workers.spawn(crate::security::watch(product.clone(), shutdown.clone()));
    workers.spawn(crate::accounts::follow_marks(product.clone(), shutdown.clone()));
    workers.spawn(crate::knowledge::keep_in_step(product.clone(), shutdown.clone()));
    workers.spawn(crate::renewal::look_everywhere(product.clone(), shutdown.clone()));
    while let Some(ended) = workers.join_next().await {
        if let Err(error) = ended {
            tracing::error!(%error, "worker ended");
        }
    }
}

/// Claims the jobs of a lane, one whenever a hand is free, and has each done in a task of its own.
async fn serve(product: Omnichat, lane: Lane, shutdown: CancellationToken) {
    let hands = Arc::new(Semaphore::new(lane.hands()));
    let mut under_way = JoinSet::new();
    let mut turn = Turn::default();
    while let Some(hand) = free_hand(&hands, lane, &mut under_way, &shutdown).await {
        // Somebody may have all that they may have, and gets the next when one of these ends.
        let mut is_waited_for = false;
        match claim(&product, lane, &mut turn, under_way.len()).await {
            Ok(Some(claimed)) => {
                let is_more = claimed.is_more;
                under_way.spawn(run::carry_out(product.clone(), lane, claimed, hand, shutdown.clone()));
                if is_more {
                    continue;
                }
            }
            Ok(None) => {
                drop(hand);
                is_waited_for = true;
            }
            Err(error) => {
                tracing::error!(%error, "no job could be claimed");
                drop(hand);
                tokio::select! {
                    () = tokio::time::sleep(POLL) => continue,
                    () = shutdown.cancelled() => break,
                }
            }
        }
        // Whatever was committed since the claim has left a call here: nobody looks for nothing.
        tokio::select! {
            () = product.db().lane(lane).notified() => {}
            () = tokio::time::sleep(POLL) => {}
            Some(_ended) = under_way.join_next(), if is_waited_for => {}
            () = shutdown.cancelled() => break,
        }
    }
    while under_way.join_next().await.is_some() {}
}

/// A hand, when there is room for one more job; none when the server stops.
async fn free_hand(
    hands: &Arc<Semaphore>,
    lane: Lane,
    under_way: &mut JoinSet<()>,
    shutdown: &CancellationToken,
) -> Option<Hand> {
    let free = async {
        while under_way.try_join_next().is_some() {}
        while under_way.len() >= lane.under_way() {
            under_way.join_next().await;
        }
        hands.clone().acquire_owned().await.ok()
    };
    tokio::select! {
        biased;
        () = shutdown.cancelled() => None,
        held = free => held.map(|held| Hand::new(hands, held)),
    }
}
