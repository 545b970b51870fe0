//! A hand is what a lane works with. Whoever waits for others puts it down meanwhile.

use std::{
    future::Future,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

tokio::task_local! {
    /// The hand with which this task works, when the task is a job.
    static HAND: Hand;
}

/// One of a lane's hands.
#[derive(Debug)]
pub(super) struct Hand {
    all: Arc<Semaphore>,
    held: Mutex<Option<OwnedSemaphorePermit>>,
}

impl Hand {
    pub(super) fn new(all: &Arc<Semaphore>, held: OwnedSemaphorePermit) -> Self {
        Self { all: all.clone(), held: Mutex::new(Some(held)) }
    }

    /// Does a job with this hand.
    pub(super) async fn work<T>(self, job: impl Future<Output = T>) -> T {
        HAND.scope(self, job).await
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Option<OwnedSemaphorePermit>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits for a language model, a web site or whoever else takes their time, while another job works
/// with this one's hand. Outside of jobs it only waits.
pub(crate) fn aside<T>(waiting: impl Future<Output = T>) -> impl Future<Output = T> {
    // Whoever waits for long need not be carried about.
    let waiting = Box::pin(waiting);
    async move {
        // Whoever put it down already takes it up again, too.
        let put_down = HAND.try_with(|hand| hand.held().take().map(|_held| hand.all.clone())).ok().flatten();
        let result = waiting.await;
        if let Some(all) = put_down
            && let Ok(again) = all.acquire_owned().await
        {
            HAND.with(|hand| *hand.held() = Some(again));
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::oneshot;

    #[tokio::test]
    async fn a_job_that_waits_lets_another_work_and_goes_on_after_it() {
        let all = Arc::new(Semaphore::new(1));
        let hand = async || Hand::new(&all, all.clone().acquire_owned().await.unwrap());
        let (answer, model) = oneshot::channel::<()>();
        let first = tokio::spawn(hand().await.work(async {
            // One wait within another is one wait.
            aside(aside(async { model.await.unwrap() })).await;
            "first"
        }));
        // The only hand is free although the first job is not done.
        let second = hand().await;
        answer.send(()).unwrap();
        tokio::task::yield_now().await;
        assert!(!first.is_finished(), "two work with one hand");
        assert_eq!(second.work(async { "second" }).await, "second");
        assert_eq!(first.await.unwrap(), "first");
        assert_eq!(all.available_permits(), 1);
        assert_eq!(aside(async { "no job" }).await, "no job");
    }
}
