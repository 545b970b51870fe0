//! The conversation: what was said, by day, with the newest in sight.

use super::{home::home, icons, message::message};
use crate::{
    session,
    settings::object,
    state::{App, Entry},
};
use js_sys::{Array, Date, Intl};
use leptos::prelude::*;
use types::inbox::SenderType;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

/// So near to the end, in pixels, the view follows what comes in.
const NEAR: i32 = 60;
/// Messages of one sender within so many milliseconds belong together.
const TOGETHER: i64 = 5 * 60 * 1000;
const DAY: i64 = 24 * 60 * 60 * 1000;

/// A message with its place in the list.
#[derive(Clone)]
struct Row {
    entry: Entry,
    /// The first one of a day: the day's number.
    day: Option<i64>,
    /// When it was written.
    time: i64,
    /// The first one of its sender.
    is_first: bool,
}

/// Home, the log, and who is writing.
pub fn messages(app: App) -> impl IntoView {
    let node = NodeRef::<leptos::html::Div>::new();
    let is_at_end = RwSignal::new(true);
    let rows = move || app.entries.with(|entries| group(entries));
    let has_older = Memo::new(move |_| app.talk.with(|talk| talk.as_ref().is_some_and(|talk| talk.has_older)));
    let is_busy = Memo::new(move |_| app.entries.with(|entries| entries.last().is_some_and(Entry::is_streaming)));
    // Whatever is added, the newest stays in sight, unless the visitor reads further up.
    Effect::new(move || {
        app.is_open.track();
        app.typing.track();
        app.entries.with(|entries| {
            if let Some(entry) = entries.last() {
                entry.shown.track();
            }
        });
        let own = app.entries.with_untracked(|entries| entries.last().is_some_and(Entry::is_unsent));
        if is_at_end.get_untracked() || own {
            crate::timer::after(0, move || {
                if let Some(node) = node.get_untracked() {
                    to_end(&node);
                }
            });
        }
    });
    view! {
        <div
            class="scroll"
            node_ref=node
            tabindex="0"
            role="region"
            aria-label=move || app.texts.get().conversation
            on:scroll=move |_| {
                if let Some(node) = node.get_untracked() {
                    let rest = node.scroll_height() - node.scroll_top() - node.client_height();
                    is_at_end.set(rest < NEAR);
                }
            }
        >
            {home(app)}
            {move || has_older.get().then(|| view! {
                <button type="button" class="older" on:click=move |_| session::fetch_older(app)>
                    {move || app.texts.get().older}
                </button>
            })}
            <div
                class="log"
                role="log"
                aria-live="polite"
                aria-label=move || app.texts.get().conversation
                aria-busy=move || is_busy.get().then_some("true")
            >
                <For each=rows key=|row| (row.entry.key, row.day, row.is_first) children=move |row| row_view(app, &row)/>
            </div>
            {move || typing(app)}
        </div>
        {move || (!is_at_end.get()).then(|| view! {
            <div class="newest">
                <button
                    type="button"
                    aria-label=move || app.texts.get().newest
                    on:click=move |_| {
                        if let Some(node) = node.get_untracked() {
                            to_end(&node);
                        }
                    }
                    inner_html=icons::DOWN
                ></button>
            </div>
        })}
    }
}

fn to_end(node: &HtmlElement) {
    node.set_scroll_top(node.scroll_height());
}

fn row_view(app: App, row: &Row) -> impl IntoView {
    let time = row.time;
    let day = row.day.map(|_| view! { <p class="day">{move || day_name(app.texts.get().tag, time)}</p> });
    view! {
        {day}
        {message(app, &row.entry, row.is_first)}
    }
}

fn typing(app: App) -> Option<impl IntoView> {
    app.typing.get().map(|name| {
        view! {
            <div class="typing" data-testid="typing">
                <span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>
                <span class="note">{name} " " {move || app.texts.get().typing}</span>
            </div>
        }
    })
}

fn group(entries: &[Entry]) -> Vec<Row> {
    let mut before: Option<(i64, i64, SenderType, String)> = None;
    entries
        .iter()
        .map(|entry| {
            let (time, sender, name) = entry.origin();
            let day = day_of(time);
            let row = Row {
                entry: entry.clone(),
                day: before.as_ref().is_none_or(|(other, ..)| *other != day).then_some(day),
                time,
                is_first: before.as_ref().is_none_or(|(other_day, other_time, other_sender, other_name)| {
                    *other_day != day || time - other_time > TOGETHER || *other_sender != sender || *other_name != name
                }),
            };
            before = Some((day, time, sender, name));
            row
        })
        .collect()
}

/// Number of the day in the visitor's time zone.
fn day_of(time: i64) -> i64 {
    let date = Date::new(&JsValue::from_f64(time as f64));
    let local = time - (date.get_timezone_offset() * 60_000.0) as i64;
    local.div_euclid(DAY)
}

/// "Today", "yesterday", or the date, in the visitor's language.
fn day_name(tag: &str, time: i64) -> String {
    let ago = day_of(Date::now() as i64) - day_of(time);
    if (0..=1).contains(&ago) {
        let options = object(&[("numeric", JsValue::from_str("auto"))]);
        let format = Intl::RelativeTimeFormat::new(&Array::of1(&JsValue::from_str(tag)), options.unchecked_ref());
        return String::from(format.format(-(ago as f64), "day"));
    }
    let options = object(&[
        ("weekday", JsValue::from_str("long")),
        ("day", JsValue::from_str("numeric")),
        ("month", JsValue::from_str("long")),
    ]);
    String::from(Date::new(&JsValue::from_f64(time as f64)).to_locale_date_string(tag, &options))
}

/// The time of day as the visitor writes it.
pub fn clock(tag: &str, time: i64) -> String {
    let options = object(&[("hour", JsValue::from_str("numeric")), ("minute", JsValue::from_str("2-digit"))]);
    String::from(Date::new(&JsValue::from_f64(time as f64)).to_locale_string(tag, &options))
}
