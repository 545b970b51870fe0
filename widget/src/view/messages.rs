//! The conversation: what was said, by day, with the newest in sight.

use super::{clock::day_name, clock::day_of, home::home, icons, message::message};
use crate::signal::{Signal, follow, memo};
use crate::{
    dom::{El, Keyed, button, el},
    session,
    state::{App, Entry},
    timer,
};
use types::{ClientId, inbox::SenderType};
use web_sys::HtmlElement;

/// So near to the end, in pixels, the view follows what comes in.
const NEAR: i32 = 60;
/// Messages of one sender within so many milliseconds belong together.
const TOGETHER: i64 = 5 * 60 * 1000;

/// A message's place in the list. A row whose place changes is made anew.
#[derive(Clone, Copy, PartialEq)]
struct Row {
    key: ClientId,
    /// When it was written, on the first one of a day.
    day: Option<i64>,
    /// The first one of its sender.
    is_first: bool,
}

/// Home, the log, and who is writing.
pub fn messages(app: App) -> El {
    let is_at_end = Signal::new(true);
    let has_older = memo(move || app.talk.with(|talk| talk.as_ref().is_some_and(|talk| talk.has_older)));
    let older = move || {
        let older = || button("older").words(app, |texts| texts.older).on("click", move |_| session::fetch_older(app));
        has_older.get().then(older).into_iter().collect()
    };
    let scroll = el("div")
        .class("scroll")
        .attr("tabindex", "0")
        .attr("role", "region")
        .attr_words(app, "aria-label", |texts| texts.conversation)
        .child(home(app))
        .child(el("div").children_now(older))
        .child(log(app))
        .child(el("div").children_now(move || typing(app)));
    let node = scroll.node().clone();
    let scroll = scroll.on("scroll", move |_| {
        let is_near = node.scroll_height() - node.scroll_top() - node.client_height() < NEAR;
        if is_at_end.get_untracked() != is_near {
            is_at_end.set(is_near);
        }
    });
    stay_at_end(app, scroll.node().clone(), is_at_end);
    let node = scroll.node().clone();
    let newest = move || {
        let node = node.clone();
        let newest = move || {
            let button = button("").attr_words(app, "aria-label", |texts| texts.newest).picture(icons::DOWN);
            button.on("click", move |_| to_end(&node))
        };
        (!is_at_end.get()).then(newest).into_iter().collect()
    };
    el("div").class("talk").child(scroll).child(el("div").class("newest").children_now(newest))
}

fn log(app: App) -> El {
    let is_busy = move || {
        app.entries.with(|entries| entries.last().is_some_and(|entry| entry.shown.with(|shown| shown.is_streaming)))
    };
    let log = el("div")
        .class("log")
        .attr("role", "log")
        .attr("aria-live", "polite")
        .attr_words(app, "aria-label", |texts| texts.conversation)
        .attr_now("aria-busy", move || is_busy().then(|| "true".to_owned()));
    let rows = Keyed::new(&log);
    follow(move || {
        let keys = app.entries.with(|entries| group(entries));
        rows.set(keys, &|row| row_view(app, *row));
    });
    log
}

/// Whatever is added, the newest stays in sight, unless the visitor reads further up.
fn stay_at_end(app: App, node: HtmlElement, is_at_end: Signal<bool>) {
    let again = node.clone();
    follow(move || {
        app.is_open.track();
        app.typing.track();
        let is_own = app.entries.with(|entries| {
            entries.last().is_some_and(|entry| {
                entry.shown.track();
                entry.is_unsent()
            })
        });
        if is_at_end.get_untracked() || is_own {
            end_after(&node, 0);
        }
    });
    // The field takes its room from the list as it grows, a moment after its text has changed.
    follow(move || {
        app.draft.track();
        if is_at_end.get_untracked() {
            end_after(&again, 20);
        }
    });
}

fn end_after(node: &HtmlElement, milliseconds: u32) {
    let node = node.clone();
    timer::after(milliseconds, move || to_end(&node));
}

fn to_end(node: &HtmlElement) {
    node.set_scroll_top(node.scroll_height());
}

fn row_view(app: App, row: Row) -> El {
    let mut view = el("div").class("row");
    if let Some(time) = row.day {
        view = view.child(el("p").class("day").text_now(move || day_name(app.texts.get().tag, time)));
    }
    match app.find(row.key) {
        Some(shown) => view.child(message(app, shown, row.key, row.is_first)),
        None => view,
    }
}

fn typing(app: App) -> Vec<El> {
    let Some(name) = app.typing.get() else { return Vec::new() };
    let dots = el("span").class("dots").attr("aria-hidden", "true");
    let dots = dots.child(el("i")).child(el("i")).child(el("i"));
    let note = el("span").text_now(move || [name.as_str(), " ", app.texts.get().typing].concat());
    vec![el("div").class("typing").test("typing").child(dots).child(note)]
}

fn group(entries: &[Entry]) -> Vec<Row> {
    let mut before: Option<(i64, i64, SenderType, String)> = None;
    let mut rows = Vec::with_capacity(entries.len());
    for entry in entries {
        let (time, sender, name) = entry.origin();
        let day = day_of(time);
        let is_new_day = before.as_ref().is_none_or(|(other, ..)| *other != day);
        let is_first = is_new_day
            || before.as_ref().is_none_or(|(_, last, other, other_name)| {
                time - last > TOGETHER || *other != sender || *other_name != name
            });
        // The start of the day stands for it, so that the row stays the same when its time is corrected.
        rows.push(Row { key: entry.key, day: is_new_day.then_some(day), is_first });
        before = Some((day, time, sender, name));
    }
    rows
}
