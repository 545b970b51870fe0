//! Days that are counted from 1900 or 1904, and times of day.

const DAY: i64 = 86_400;
/// The last day that spreadsheets know, in 9999.
const LAST: f64 = 2_958_466.0;

/// A moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Time {
    year: i64,
    month: i64,
    day: i64,
    /// 0 for Sunday.
    weekday: i64,
    hour: i64,
    pub(super) minute: i64,
    pub(super) second: i64,
    /// The fraction of the second, in as many digits as are printed.
    pub(super) fraction: i64,
    /// Seconds since the first day.
    seconds: i64,
}

impl Time {
    /// The moment of a number, rounded to some digits of a second.
    pub(super) fn of(value: f64, is_1904: bool, digits: usize) -> Option<Self> {
        if !(0.0..LAST).contains(&value) {
            return None;
        }
        let parts = 10_i64.pow(u32::try_from(digits).ok()?);
        let ticks = (value * DAY as f64 * parts as f64).round() as i64;
        let (seconds, fraction) = (ticks / parts, ticks % parts);
        let (serial, of_day) = (seconds / DAY, seconds % DAY);
        let (year, month, day) = match serial {
            serial if is_1904 => civil(serial - 24_107),
            0 => (1900, 1, 0),
            // Spreadsheets count a day that never was.
            60 => (1900, 2, 29),
            1..60 => civil(serial - 25_568),
            serial => civil(serial - 25_569),
        };
        let weekday = if is_1904 { serial + 5 } else { serial - 1 }.rem_euclid(7);
        let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
        Some(Self { year, month, day, weekday, hour, minute, second, fraction, seconds })
    }

    /// The hour, of twelve or of twenty-four.
    pub(super) const fn hour(&self, of_twelve: bool) -> i64 {
        if of_twelve { (self.hour + 11) % 12 + 1 } else { self.hour }
    }

    pub(super) const fn noon(&self, is_long: bool) -> &'static str {
        match (self.hour >= 12, is_long) {
            (true, true) => "PM",
            (true, false) => "P",
            (false, true) => "AM",
            (false, false) => "A",
        }
    }

    /// Hours, minutes or seconds that are counted through.
    pub(super) const fn elapsed(&self, unit: char) -> i64 {
        match unit {
            'h' => self.seconds / 3_600,
            'm' => self.seconds / 60,
            _ => self.seconds,
        }
    }

    /// Year, month or day in some letters or digits.
    pub(super) fn day(&self, unit: char, length: usize, language: u32) -> String {
        let (months, days) = names(language);
        let name = |names: &str, place: i64| {
            let place = usize::try_from(place).unwrap_or_default();
            names.split(' ').nth(place).unwrap_or_default().to_owned()
        };
        let short = |name: String, letters: usize| name.chars().take(letters).collect::<String>();
        match (unit, length) {
            ('y', 1 | 2) => padded(self.year % 100, 2),
            ('y', _) => self.year.to_string(),
            ('m', 3) => short(name(months, self.month - 1), 3),
            ('m', 4) => name(months, self.month - 1),
            ('m', 5..) => short(name(months, self.month - 1), 1),
            ('m', _) => padded(self.month, length),
            (_, 3) => short(name(days, self.weekday), if language == 0x07 { 2 } else { 3 }),
            (_, 4..) => name(days, self.weekday),
            _ => padded(self.day, length),
        }
    }
}

/// A number with as many digits as its letter was written, two at most.
pub(super) fn padded(number: i64, length: usize) -> String {
    if length >= 2 { format!("{number:02}") } else { number.to_string() }
}

/// Year, month and day of a day that is counted from 1970.
pub(crate) const fn civil(days: i64) -> (i64, i64, i64) {
    // Years begin in March here, so that the leap day is the last.
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + if month <= 2 { 1 } else { 0 }, month, day)
}

/// Names of the months and of the days from Sunday in a language; English ones where no other is said.
const fn names(language: u32) -> (&'static str, &'static str) {
    match language {
        0x07 => (
            "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
            "Sonntag Montag Dienstag Mittwoch Donnerstag Freitag Samstag",
        ),
        0x0a => (
            "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
            "domingo lunes martes miércoles jueves viernes sábado",
        ),
        0x0c => (
            "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
            "dimanche lundi mardi mercredi jeudi vendredi samedi",
        ),
        0x10 => (
            "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
            "domenica lunedì martedì mercoledì giovedì venerdì sabato",
        ),
        0x13 => (
            "januari februari maart april mei juni juli augustus september oktober november december",
            "zondag maandag dinsdag woensdag donderdag vrijdag zaterdag",
        ),
        0x16 => (
            "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
            "domingo segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado",
        ),
        _ => (
            "January February March April May June July August September October November December",
            "Sunday Monday Tuesday Wednesday Thursday Friday Saturday",
        ),
    }
}
