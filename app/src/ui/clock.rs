//! Times as people say them, the same on the server and in the browser.
//!
//! The page is rendered at the server's time, which travels with it. After
//! hydration the clock goes on from there, so that a wrong clock of the
//! browser does not show.

use leptos::prelude::*;
use std::time::Duration;
use types::Timestamp;

/// The present moment, moved on every twenty seconds.
#[derive(Clone, Copy, Debug)]
pub struct Clock(RwSignal<Timestamp>);

/// Gives every component below the same clock.
pub fn provide_clock() {
    let start = SharedValue::new(Timestamp::now).into_inner();
    let now = RwSignal::new(start);
    provide_context(Clock(now));
    Effect::new(move || {
        let ahead = start.0 - Timestamp::now().0;
        let tick =
            set_interval_with_handle(move || now.set(Timestamp(Timestamp::now().0 + ahead)), Duration::from_secs(20));
        on_cleanup(move || {
            if let Ok(tick) = tick {
                tick.clear();
            }
        });
    });
}

/// The present moment, as a signal.
#[must_use]
pub fn use_now() -> Signal<Timestamp> {
    use_context::<Clock>().map_or_else(|| Signal::stored(Timestamp::now()), |clock| clock.0.into())
}

/// A moment as "now", "5m", "3h", "2d", "12 Nov" or "12 Nov 2025".
#[component]
pub fn RelativeTime(
    /// The moment.
    #[prop(into)]
    at: Signal<Timestamp>,
) -> impl IntoView {
    let now = use_now();
    view! {
        <time datetime=move || iso_text(at.get()) title=move || long_text(at.get())>
            {move || relative_text(at.get(), now.get())}
        </time>
    }
}

/// A moment in few letters, seen from another.
#[must_use]
pub fn relative_text(at: Timestamp, now: Timestamp) -> String {
    let seconds = now.seconds_since(at);
    match seconds {
        ..45 => "now".to_owned(),
        45..3_570 => format!("{}m", (seconds + 30) / 60),
        3_570..84_600 => format!("{}h", (seconds + 1_800) / 3_600),
        84_600..561_600 => format!("{}d", (seconds + 43_200) / 86_400),
        _ => {
            let (year, month, day) = date(at);
            if year == date(now).0 { format!("{day} {}", name(month)) } else { format!("{day} {} {year}", name(month)) }
        }
    }
}

/// A moment as ISO 8601 in UTC, for `datetime`.
#[must_use]
pub fn iso_text(at: Timestamp) -> String {
    let (year, month, day) = date(at);
    let (hour, minute, second) = time(at);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// The day of a moment as "12 Nov 2025".
#[must_use]
pub fn date_text(at: Timestamp) -> String {
    let (year, month, day) = date(at);
    format!("{day} {} {year}", name(month))
}

/// A moment in full, for the tooltip.
fn long_text(at: Timestamp) -> String {
    let (year, month, day) = date(at);
    let (hour, minute, _) = time(at);
    format!("{day} {} {year}, {hour:02}:{minute:02} UTC", name(month))
}

const fn name(month: i64) -> &'static str {
    match month {
        1 => "Jan",
        2 => "Feb",
        3 => "Mar",
        4 => "Apr",
        5 => "May",
        6 => "Jun",
        7 => "Jul",
        8 => "Aug",
        9 => "Sep",
        10 => "Oct",
        11 => "Nov",
        _ => "Dec",
    }
}

const fn time(at: Timestamp) -> (i64, i64, i64) {
    let seconds = at.0.div_euclid(1000).rem_euclid(86_400);
    (seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// Year, month and day of the Gregorian calendar, counted in eras of 400 years from 1 March.
const fn date(at: Timestamp) -> (i64, i64, i64) {
    let days = at.0.div_euclid(86_400_000) + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calendar_dates() {
        assert_eq!(iso_text(Timestamp(0)), "1970-01-01T00:00:00Z");
        assert_eq!(iso_text(Timestamp(951_782_400_000)), "2000-02-29T00:00:00Z");
        assert_eq!(iso_text(Timestamp(1_795_211_327_000)), "2026-11-20T21:48:47Z");
        assert_eq!(iso_text(Timestamp(-1_000)), "1969-12-31T23:59:59Z");
    }

    #[test]
    fn moments_as_people_say_them() {
        let now = Timestamp(1_795_211_327_000);
        assert_eq!(relative_text(now.plus_seconds(90), now), "now");
        assert_eq!(relative_text(now.plus_seconds(-10), now), "now");
        assert_eq!(relative_text(now.plus_seconds(-60), now), "1m");
        assert_eq!(relative_text(now.plus_seconds(-3_599), now), "1h");
        assert_eq!(relative_text(now.plus_seconds(-5 * 3_600), now), "5h");
        assert_eq!(relative_text(now.plus_seconds(-3 * 86_400), now), "3d");
        assert_eq!(relative_text(now.plus_seconds(-20 * 86_400), now), "31 Oct");
        assert_eq!(relative_text(now.plus_seconds(-400 * 86_400), now), "16 Oct 2025");
    }
}
