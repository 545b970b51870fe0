//! How many sockets are open, in all, for a tenant and for a person.

use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use types::{ContactId, Error, ErrorCode, TenantId, UserId};

/// Dashboards that one user has open at once.
const PER_USER: u32 = 32;
/// Tabs with the widget that one visitor has open at once.
const PER_VISITOR: u32 = 16;

/// Every open socket of this process. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Sockets(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    per_tenant: u32,
    taken: Mutex<HashMap<Holder, u32>>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

/// Whose sockets are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Holder {
    /// All of a tenant.
    Tenant(TenantId),
    /// A user's.
    User(UserId),
    /// A visitor's.
    Visitor(ContactId),
}

/// A place among the sockets; dropping it frees it.
#[derive(Debug)]
pub struct Seat {
    sockets: Sockets,
    holders: [Holder; 2],
}

impl Sockets {
    /// No sockets yet. They close when `stop` is cancelled.
    #[must_use]
    pub fn new(per_tenant: u32, stop: CancellationToken) -> Self {
        Self(Arc::new(Inner { per_tenant, taken: Mutex::default(), tasks: TaskTracker::new(), stop }))
    }

    /// Counts the task of a socket, so that the end can wait for it.
    pub fn track<F: Future>(&self, task: F) -> impl Future<Output = F::Output> + use<F> {
        self.0.tasks.track_future(task)
    }

    /// When to close.
    #[must_use]
    pub fn stop(&self) -> &CancellationToken {
        &self.0.stop
    }

    /// Waits until every socket has closed.
    pub async fn closed(&self) {
        self.0.tasks.close();
        self.0.tasks.wait().await;
    }

    /// Takes a place for a person of a tenant.
    ///
    /// # Errors
    /// When the tenant or the person has too many open.
    pub fn take(&self, tenant: TenantId, person: Holder) -> Result<Seat, Error> {
        let holders = [Holder::Tenant(tenant), person];
        let mut taken = self.taken();
        let count = |holder: &Holder| taken.get(holder).copied().unwrap_or(0);
        if holders.iter().any(|holder| count(holder) >= self.limit(*holder)) {
            return Err(Error::new(
                ErrorCode::TooManyRequests,
                "Too many connections are open. Close some tabs, or try again in a while.",
            ));
        }
        for holder in holders {
            *taken.entry(holder).or_default() += 1;
        }
        Ok(Seat { sockets: self.clone(), holders })
    }

    fn limit(&self, holder: Holder) -> u32 {
        match holder {
            Holder::Tenant(_) => self.0.per_tenant,
            Holder::User(_) => PER_USER,
            Holder::Visitor(_) => PER_VISITOR,
        }
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<Holder, u32>> {
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.sockets.taken();
        for holder in self.holders {
            if let Some(count) = taken.get_mut(&holder) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    taken.remove(&holder);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_limited_and_freed() {
        let sockets = Sockets::new(20, CancellationToken::new());
        let (tenant, visitor) = (TenantId::new(), ContactId::new());
        let seats: Vec<Seat> =
            (0..PER_VISITOR).map(|_| sockets.take(tenant, Holder::Visitor(visitor)).unwrap()).collect();
        assert!(sockets.take(tenant, Holder::Visitor(visitor)).is_err());
        let others: Vec<Seat> =
            (0..20 - PER_VISITOR).map(|_| sockets.take(tenant, Holder::Visitor(ContactId::new())).unwrap()).collect();
        assert!(sockets.take(tenant, Holder::Visitor(ContactId::new())).is_err());
        drop((seats, others));
        assert!(sockets.taken().is_empty());
        sockets.take(tenant, Holder::Visitor(visitor)).unwrap();
    }
}
