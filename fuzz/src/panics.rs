//! Which panics are failures: all, but those that a decoder is allowed.

use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook},
    sync::Once,
};

thread_local! {
    static TOLERATED: Cell<bool> = const { Cell::new(false) };
}

/// Runs a parser that may panic, since whoever calls it is prepared for that.
/// Nothing when it did.
pub fn tolerate_panics<T>(work: impl FnOnce() -> T) -> Option<T> {
    watch();
    let before = TOLERATED.replace(true);
    let done = catch_unwind(AssertUnwindSafe(work)).ok();
    TOLERATED.set(before);
    done
}

/// From now on tolerated panics are silent. Under libFuzzer others end the process, which is how it learns of them.
pub(crate) fn watch() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |panic| {
            if TOLERATED.get() {
                return;
            }
            before(panic);
            #[cfg(feature = "libfuzzer")]
            if crate::libfuzzer::is_wanted() {
                std::process::abort();
            }
        }));
    });
}
