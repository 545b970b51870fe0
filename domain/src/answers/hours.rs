//! Business hours, in the tenant's time zone.

use jiff::tz::TimeZone;
use types::{
    Timestamp,
    answers::{AiHours, BusinessDay, minutes},
};

/// Whether a time zone of this name is known.
pub(super) fn is_zone(name: &str) -> bool {
    TimeZone::get(name).is_ok()
}

/// Whether the AI answers at this moment.
pub(super) fn is_on_duty(hours: AiHours, days: &[BusinessDay], zone: &str, now: Timestamp) -> bool {
    match hours {
        AiHours::Always => true,
        AiHours::OutsideBusinessHours => !is_open(days, zone, now),
        AiHours::DuringBusinessHours => is_open(days, zone, now),
    }
}

fn is_open(days: &[BusinessDay], zone: &str, now: Timestamp) -> bool {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let Ok(now) = jiff::Timestamp::from_millisecond(now.0) else { return false };
    let now = now.to_zoned(zone);
    let weekday = now.weekday().to_monday_one_offset();
    let minute = i32::from(now.hour()) * 60 + i32::from(now.minute());
    days.iter().any(|day| {
        let at = |time: &str| minutes(time).map(i32::from);
        i32::from(day.weekday) == i32::from(weekday)
            && at(&day.from).is_some_and(|from| from <= minute)
            && at(&day.to).is_some_and(|to| minute < to)
    })
}

/// The first moment of the calendar month (UTC) in which a moment is.
pub(super) fn month_of(now: Timestamp) -> Timestamp {
    let start = || {
        let now = jiff::Timestamp::from_millisecond(now.0).ok()?.to_zoned(TimeZone::UTC);
        now.first_of_month().ok()?.start_of_day().ok()
    };
    start().map_or(now, |start| Timestamp(start.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
    }

    #[test]
    fn hours_are_those_of_the_business() {
        let days: Vec<BusinessDay> =
            (1..=5).map(|weekday| BusinessDay { weekday, from: "09:00".to_owned(), to: "17:00".to_owned() }).collect();
        let table = [
            // A Friday in winter and one in summer: Vienna is one hour ahead, then two.
            ("2026-01-09T07:59:00Z", "Europe/Vienna", false),
            ("2026-01-09T08:00:00Z", "Europe/Vienna", true),
            ("2026-01-09T16:00:00Z", "Europe/Vienna", false),
            ("2026-07-10T07:00:00Z", "Europe/Vienna", true),
            ("2026-07-10T15:00:00Z", "Europe/Vienna", false),
            ("2026-07-10T15:00:00Z", "UTC", true),
            // Sunday in UTC is Monday in Auckland.
            ("2026-07-12T22:00:00Z", "Pacific/Auckland", true),
            ("2026-07-12T22:00:00Z", "UTC", false),
        ];
        for (moment, zone, is_open) in table {
            let on = |hours| is_on_duty(hours, &days, zone, at(moment));
            assert_eq!(on(AiHours::DuringBusinessHours), is_open, "{moment} {zone}");
            assert_eq!(on(AiHours::OutsideBusinessHours), !is_open, "{moment} {zone}");
            assert!(on(AiHours::Always));
        }
        assert!(!is_on_duty(AiHours::DuringBusinessHours, &[], "UTC", at("2026-01-09T12:00:00Z")));
    }

    #[test]
    fn zones_and_months() {
        assert!(is_zone("Asia/Ho_Chi_Minh") && is_zone("UTC"));
        assert!(!is_zone("Middle/Earth") && !is_zone(""));
        assert_eq!(month_of(at("2026-02-28T23:59:59Z")), at("2026-02-01T00:00:00Z"));
    }
}
