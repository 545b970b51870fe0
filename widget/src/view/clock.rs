//! Days and times as the visitor writes them, by the browser's own tables.

use crate::settings::object;
use js_sys::{Array, Date, Intl};
use wasm_bindgen::{JsCast, JsValue};

/// Milliseconds of a minute and of a day.
const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// Noon of the day, in the visitor's time zone, as if it were UTC: names the day.
pub fn day_of(time: i64) -> i64 {
    let offset = date(time).get_timezone_offset() as i64;
    (time - offset * MINUTE).div_euclid(DAY) * DAY + DAY / 2
}

/// "Today", "yesterday", or the date.
pub fn day_name(tag: &str, day: i64) -> String {
    let ago = (day_of(Date::now() as i64) - day) / DAY;
    if (0..=1).contains(&ago) {
        let options = object(&[("numeric", JsValue::from_str("auto"))]);
        let format = Intl::RelativeTimeFormat::new(&Array::of1(&JsValue::from_str(tag)), options.unchecked_ref());
        return String::from(format.format(-(ago as f64), "day"));
    }
    let options = object(&[
        ("weekday", JsValue::from_str("long")),
        ("day", JsValue::from_str("numeric")),
        ("month", JsValue::from_str("long")),
        ("timeZone", JsValue::from_str("UTC")),
    ]);
    String::from(date(day).to_locale_date_string(tag, &options))
}

/// The time of day.
pub fn clock(tag: &str, time: i64) -> String {
    let options = object(&[("hour", JsValue::from_str("numeric")), ("minute", JsValue::from_str("2-digit"))]);
    String::from(date(time).to_locale_string(tag, &options))
}

fn date(time: i64) -> Date {
    Date::new(&JsValue::from_f64(time as f64))
}
