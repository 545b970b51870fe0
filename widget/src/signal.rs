//! Values that run again what has read them when they change.
//!
//! A few plain lines in place of a reactive library: with Leptos' `view!` the
//! messenger weighed 161 KB in brotli, with its signals alone 118 KB. A page
//! has one widget for as long as it lives, so a signal is never given back;
//! what runs on its change is, as soon as it is off the screen.

use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};

thread_local! {
    /// What is running now and hears of the signals it reads.
    static READER: RefCell<Option<Rc<Reaction>>> = const { RefCell::new(None) };
    /// What new reactions belong to: they end with it.
    static OWNER: RefCell<Option<Rc<Reaction>>> = const { RefCell::new(None) };
    /// What runs at the end of this turn of the browser.
    static DUE: RefCell<Vec<Rc<Reaction>>> = const { RefCell::new(Vec::new()) };
}

/// A value with readers. A copy is the same value.
pub struct Signal<T: 'static>(&'static Inner<T>);

struct Inner<T> {
    value: RefCell<T>,
    readers: Readers,
}

impl<T> Clone for Signal<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Signal<T> {}

impl<T> std::fmt::Debug for Signal<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signal")
    }
}

impl<T> Signal<T> {
    /// A signal with a first value.
    pub fn new(value: T) -> Self {
        Self(Box::leak(Box::new(Inner { value: RefCell::new(value), readers: Readers::default() })))
    }

    /// Reads the value; what is running runs again when it changes.
    pub fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
        self.track();
        self.with_untracked(read)
    }

    /// Reads the value and no more.
    pub fn with_untracked<R>(self, read: impl FnOnce(&T) -> R) -> R {
        read(&self.0.value.borrow())
    }

    /// What is running runs again when the value changes.
    pub fn track(self) {
        self.0.readers.add();
    }

    /// Changes the value.
    pub fn update(self, change: impl FnOnce(&mut T)) {
        change(&mut self.0.value.borrow_mut());
        self.0.readers.call();
    }

    /// Changes the value without telling anybody.
    pub fn update_untracked(self, change: impl FnOnce(&mut T)) {
        change(&mut self.0.value.borrow_mut());
    }

    /// Replaces the value.
    pub fn set(self, value: T) {
        self.update(|old| *old = value);
    }
}

impl<T: Clone> Signal<T> {
    /// A copy of the value; what is running runs again when it changes.
    pub fn get(self) -> T {
        self.with(T::clone)
    }

    /// A copy of the value and no more.
    pub fn get_untracked(self) -> T {
        self.with_untracked(T::clone)
    }
}

#[derive(Default)]
struct Readers(RefCell<Vec<Weak<Reaction>>>);

impl Readers {
    fn add(&self) {
        let Some(reader) = READER.with_borrow(Clone::clone) else { return };
        let mut readers = self.0.borrow_mut();
        if readers.iter().any(|other| other.as_ptr() == Rc::as_ptr(&reader)) {
            return;
        }
        if readers.len() == readers.capacity() {
            readers.retain(|other| other.strong_count() > 0);
        }
        readers.push(Rc::downgrade(&reader));
    }

    fn call(&self) {
        let readers = self.0.take();
        for reader in readers.iter().filter_map(Weak::upgrade) {
            reader.call();
        }
    }
}

/// Something that runs again when a signal it has read changes.
pub struct Reaction {
    work: Box<dyn Fn()>,
    is_due: Cell<bool>,
    is_over: Cell<bool>,
    parts: RefCell<Vec<Rc<Reaction>>>,
}

impl Reaction {
    fn new(work: Box<dyn Fn()>) -> Rc<Self> {
        Rc::new(Self { work, is_due: Cell::default(), is_over: Cell::default(), parts: RefCell::default() })
    }

    fn call(self: Rc<Self>) {
        if self.is_over.get() || self.is_due.replace(true) {
            return;
        }
        DUE.with_borrow_mut(|due| {
            if due.is_empty() {
                later();
            }
            due.push(self);
        });
    }

    fn run(self: &Rc<Self>) {
        self.is_due.set(false);
        if self.is_over.get() {
            return;
        }
        self.end_parts();
        let reader = READER.replace(Some(Rc::clone(self)));
        let owner = OWNER.replace(Some(Rc::clone(self)));
        (self.work)();
        READER.set(reader);
        OWNER.set(owner);
    }

    fn end_parts(&self) {
        for part in self.parts.take() {
            part.end();
        }
    }

    /// Ends it, with all that it has made.
    pub fn end(&self) {
        self.is_over.set(true);
        self.end_parts();
    }
}

/// Runs `work` now and whenever a signal that it has read changes, for as
/// long as what surrounds it is on the screen.
pub fn follow(work: impl Fn() + 'static) {
    follow_boxed(Box::new(work));
}

fn follow_boxed(work: Box<dyn Fn()>) {
    let reaction = Reaction::new(work);
    OWNER.with_borrow(|owner| {
        if let Some(owner) = owner {
            owner.parts.borrow_mut().push(Rc::clone(&reaction));
        } else {
            // Made for the whole life of the page.
            std::mem::forget(Rc::clone(&reaction));
        }
    });
    reaction.run();
}

/// Runs `work` apart from what is running. What it makes lives until the
/// returned reaction is ended.
pub fn apart<R>(work: impl FnOnce() -> R) -> (R, Rc<Reaction>) {
    let holder = Reaction::new(Box::new(|| {}));
    let reader = READER.take();
    let owner = OWNER.replace(Some(Rc::clone(&holder)));
    let made = work();
    READER.set(reader);
    OWNER.set(owner);
    (made, holder)
}

/// A signal that is made from others and changes only when its value does.
pub fn memo<T: Clone + PartialEq>(make: impl Fn() -> T + 'static) -> Signal<T> {
    let made = apart(|| Signal::new(make())).0;
    follow(move || {
        let value = make();
        if made.with_untracked(|old| *old != value) {
            made.set(value);
        }
    });
    made
}

fn later() {
    #[cfg(not(test))]
    crate::timer::spawn(async { run_due() });
}

/// Runs what is due, and what becomes due by it.
fn run_due() {
    // A chain that never ends would hold the page; no chain here is longer than a few.
    for _ in 0..100 {
        let due = DUE.take();
        if due.is_empty() {
            return;
        }
        for reaction in due {
            reaction.run();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log() -> (Signal<Vec<i32>>, impl Fn() -> Vec<i32>) {
        let log = Signal::new(Vec::new());
        (log, move || {
            run_due();
            log.get_untracked()
        })
    }

    #[test]
    fn a_change_runs_its_readers_once() {
        let (seen, read) = log();
        let (a, b) = (Signal::new(1), Signal::new(10));
        follow(move || {
            let sum = a.get() + b.get();
            seen.update_untracked(|seen| seen.push(sum));
        });
        assert_eq!(read(), [11]);
        a.set(2);
        b.set(20);
        assert_eq!(read(), [11, 22]);
    }

    #[test]
    fn what_was_made_inside_ends_with_the_next_run() {
        let (seen, read) = log();
        let (outer, inner) = (Signal::new(1), Signal::new(1));
        follow(move || {
            let turn = outer.get();
            follow(move || {
                let value = inner.get();
                seen.update_untracked(|seen| seen.push(turn * 10 + value));
            });
        });
        outer.set(2);
        assert_eq!(read(), [11, 21]);
        inner.set(2);
        assert_eq!(read(), [11, 21, 22]);
    }

    #[test]
    fn what_is_made_apart_lives_until_it_is_ended() {
        let (seen, read) = log();
        let (outer, inner) = (Signal::new(1), Signal::new(1));
        let held = Rc::new(RefCell::new(None));
        let holder = Rc::clone(&held);
        follow(move || {
            if outer.get() == 1 {
                let made = apart(|| {
                    follow(move || {
                        let value = inner.get();
                        seen.update_untracked(|seen| seen.push(value));
                    });
                });
                holder.replace(Some(made.1));
            }
        });
        outer.set(2);
        run_due();
        inner.set(2);
        assert_eq!(read(), [1, 2]);
        if let Some(made) = held.take() {
            made.end();
        }
        inner.set(3);
        assert_eq!(read(), [1, 2]);
    }

    #[test]
    fn a_memo_speaks_only_of_real_changes() {
        let (seen, read) = log();
        let number = Signal::new(1);
        let is_odd = memo(move || number.get() % 2 == 1);
        follow(move || {
            let value = i32::from(is_odd.get());
            seen.update_untracked(|seen| seen.push(value));
        });
        number.set(3);
        assert_eq!(read(), [1]);
        number.set(4);
        assert_eq!(read(), [1, 0]);
    }
}
