//! Waiting, with a way to be woken before the time is over.

use js_sys::{Function, Promise};
use std::{cell::RefCell, pin::Pin};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};

thread_local! {
    static SLEEPERS: RefCell<Vec<Function>> = const { RefCell::new(Vec::new()) };
}

/// Waits so many milliseconds, or until [`wake`].
pub async fn pause(milliseconds: u32) {
    let promise = Promise::new(&mut |resolve, _reject| {
        timeout(&resolve, milliseconds);
        SLEEPERS.with_borrow_mut(|sleepers| sleepers.push(resolve));
    });
    // This promise never rejects.
    let _ = JsFuture::from(promise).await;
}

/// Ends every pause now: the network is back, or the visitor asks.
pub fn wake() {
    for resolve in SLEEPERS.take() {
        // Resolving a promise twice does nothing.
        let _ = resolve.call0(&JsValue::NULL);
    }
}

/// Runs `work` once, later.
pub fn after(milliseconds: u32, work: impl FnOnce() + 'static) {
    timeout(Closure::once_into_js(work).unchecked_ref(), milliseconds);
}

/// Runs `work` again and again, for as long as the page lives.
pub fn every(milliseconds: u32, work: impl FnMut() + 'static) {
    let work = Closure::<dyn FnMut()>::new(work).into_js_value();
    if let Some(window) = web_sys::window() {
        let span = i32::try_from(milliseconds).unwrap_or(i32::MAX);
        let _ = window.set_interval_with_callback_and_timeout_and_arguments_0(work.unchecked_ref(), span);
    }
}

/// How long to wait before try number `tries`: 1, 2, 4 … 30 seconds, with a
/// random part, so that visitors do not come back all at once.
#[must_use]
pub fn backoff(tries: u32) -> u32 {
    let whole = 1000_u32.saturating_mul(1 << tries.min(5)).min(30_000);
    whole / 2 + (f64::from(whole / 2) * js_sys::Math::random()) as u32
}

fn timeout(work: &Function, milliseconds: u32) {
    if let Some(window) = web_sys::window() {
        let span = i32::try_from(milliseconds).unwrap_or(i32::MAX);
        let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(work, span);
    }
}

/// Runs a future beside everything else. Boxed, so that the machinery of a task is compiled once.
pub fn spawn(work: impl Future<Output = ()> + 'static) {
    let work: Pin<Box<dyn Future<Output = ()>>> = Box::pin(work);
    spawn_local(work);
}
