//! Times of day by the agent's own clock, which only the browser knows.

use super::state::{Offset, day};
use leptos::prelude::*;
use types::Timestamp;

/// How far the agent's clock is ahead of UTC, once the page runs in the
/// browser. Until then nothing that depends on it is shown, so that the
/// server and the browser render the same.
#[derive(Clone, Copy)]
pub struct LocalTime(RwSignal<Option<Offset>>);

/// Gives every component below the agent's clock.
pub fn provide_local_time() -> LocalTime {
    let offset = RwSignal::new(None);
    provide_context(LocalTime(offset));
    Effect::new(move || offset.set(Some(browser_offset as Offset)));
    LocalTime(offset)
}

impl LocalTime {
    /// The offset; none before hydration.
    #[must_use]
    pub fn offset(self) -> Option<Offset> {
        self.0.get()
    }
}

fn browser_offset(at: Timestamp) -> i64 {
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(at.0 as f64));
    -(date.get_timezone_offset() as i64)
}

/// The time of day as "14:05".
#[must_use]
pub fn clock_text(at: Timestamp, offset: Offset) -> String {
    let minutes = (at.0.div_euclid(60_000) + offset(at)).rem_euclid(24 * 60);
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// The day as "Today", "Yesterday", "Monday" or "Monday, 16 Nov 2026".
#[must_use]
pub fn day_text(at: Timestamp, now: Timestamp, offset: Offset) -> String {
    const WEEKDAYS: [&str; 7] = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];
    let number = day(at, offset);
    let weekday = usize::try_from(number.rem_euclid(7)).ok().and_then(|index| WEEKDAYS.get(index)).unwrap_or(&"");
    match day(now, offset) - number {
        0 => "Today".to_owned(),
        1 => "Yesterday".to_owned(),
        2..7 => (*weekday).to_owned(),
        _ => format!("{weekday}, {}", crate::ui::date_text(at.plus_seconds(offset(at) * 60))),
    }
}

/// The time of day of a message.
#[component]
pub fn ClockTime(
    /// The moment.
    #[prop(into)]
    at: Signal<Timestamp>,
) -> impl IntoView {
    let local = expect_context::<LocalTime>();
    view! {
        <time datetime=move || crate::ui::iso_text(at.get())>
            {move || local.offset().map(|offset| clock_text(at.get(), offset)).unwrap_or_default()}
        </time>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_by_the_agents_clock() {
        let at = Timestamp(1_795_211_327_000); // Friday 2026-11-20T21:48:47Z
        assert_eq!(clock_text(at, |_| 0), "21:48");
        assert_eq!(clock_text(at, |_| 7 * 60), "04:48");
        assert_eq!(clock_text(at, |_| -330), "16:18");
        let later = at.plus_seconds(3 * 3_600);
        assert_eq!(day_text(at, later, |_| 0), "Yesterday");
        assert_eq!(day_text(at, later, |_| 7 * 60), "Today");
        assert_eq!(day_text(at, at.plus_seconds(4 * 86_400), |_| 0), "Friday");
        assert_eq!(day_text(at, at.plus_seconds(40 * 86_400), |_| 0), "Friday, 20 Nov 2026");
    }
}
