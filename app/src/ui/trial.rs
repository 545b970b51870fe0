//! Against a trap of rendering on the server.

/// To be awaited first in a `Suspend` that makes components with resources.
///
/// On the server Suspense tries its children before it renders them, to find
/// what they wait for, and throws away what comes out. When the data is there
/// by then, the components are made twice: their resources get other numbers
/// than in the browser, and the first ones fail without their context. This
/// ends such a trial; in the browser it does nothing.
#[cfg(feature = "ssr")]
pub async fn end_of_trial() {
    use std::task::Poll;
    let mut is_trial = true;
    std::future::poll_fn(|context| {
        if !is_trial {
            return Poll::Ready(());
        }
        is_trial = false;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Does nothing: hydration needs its data at once.
#[cfg(not(feature = "ssr"))]
pub fn end_of_trial() -> std::future::Ready<()> {
    std::future::ready(())
}
