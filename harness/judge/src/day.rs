//! A day, as people write it: in baselines, and where something is kept back until then.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Seconds.
pub const SECONDS_A_DAY: u64 = 24 * 60 * 60;

/// A day of the Gregorian calendar in UTC: `2027-01-31`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day {
    /// Days since 1970-01-01.
    since_1970: u64,
}

/// A text that is no day.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is no day (allowed: year, month and day, such as 2027-01-31, from 1970 to 9999)")]
pub struct DayError(String);

impl Day {
    /// The day of a moment, counted from 1970-01-01 00:00:00 UTC.
    pub fn at(since_1970: Duration) -> Self {
        Day {
            since_1970: since_1970.as_secs() / SECONDS_A_DAY,
        }
    }

    /// So many days later.
    #[must_use]
    pub fn plus(self, days: u64) -> Self {
        Day {
            since_1970: self.since_1970 + days,
        }
    }

    /// How many days it is from `self` to `later`; none if that day is over.
    pub fn days_to(self, later: Day) -> Option<u64> {
        later.since_1970.checked_sub(self.since_1970)
    }
}

impl FromStr for Day {
    type Err = DayError;

    fn from_str(text: &str) -> Result<Self, DayError> {
        let wrong = || DayError(text.to_owned());
        let digits = |part: &str, length: usize| {
            let all = part.len() == length && part.bytes().all(|c| c.is_ascii_digit());
            all.then(|| part.parse::<u64>().ok()).flatten()
        };
        let parts: Vec<&str> = text.split('-').collect();
        let [year, month, day] = parts[..] else {
            return Err(wrong());
        };
        let (Some(year), Some(month), Some(day)) =
            (digits(year, 4), digits(month, 2), digits(day, 2))
        else {
            return Err(wrong());
        };
        // The days of 400 years, the calendar's period, are 146,097: from a day that is
        // surely not too late, few steps lead to the one that has this name.
        let earliest = year
            .checked_sub(1970)
            .map(|years| years * 146_097 / 400)
            .ok_or_else(wrong)?
            .saturating_sub(2);
        (earliest..earliest + 370)
            .find(|&since_1970| date(since_1970) == (year, month, day))
            .map(|since_1970| Day { since_1970 })
            .ok_or_else(wrong)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = date(self.since_1970);
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl TryFrom<String> for Day {
    type Error = DayError;

    fn try_from(text: String) -> Result<Self, DayError> {
        text.parse()
    }
}

impl From<Day> for String {
    fn from(day: Day) -> String {
        day.to_string()
    }
}

/// Year, month and day of the Gregorian calendar.
pub fn date(mut days_since_1970: u64) -> (u64, u64, u64) {
    let mut year = 1970;
    while days_since_1970 >= days_of_year(year) {
        days_since_1970 -= days_of_year(year);
        year += 1;
    }
    let february = days_of_year(year) - 337;
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30] {
        if days_since_1970 < length {
            break;
        }
        days_since_1970 -= length;
        month += 1;
    }
    (year, month, days_since_1970 + 1)
}

fn days_of_year(year: u64) -> u64 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    if leap { 366 } else { 365 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_they_are_written() {
        for text in [
            "1970-01-01",
            "2000-02-29",
            "2027-01-31",
            "2027-12-31",
            "9999-12-31",
        ] {
            assert_eq!(text.parse::<Day>().unwrap().to_string(), text);
        }
        // `date -u -d 2027-01-31 +%s` is 1801353600.
        let day: Day = "2027-01-31".parse().unwrap();
        assert_eq!(day, Day::at(Duration::from_secs(1_801_353_600)));
        assert_eq!(day, Day::at(Duration::from_secs(1_801_439_999)));
        assert_eq!(day.plus(1).to_string(), "2027-02-01");
        assert_eq!(day.days_to(day.plus(29)), Some(29));
        assert_eq!(day.days_to(day), Some(0));
        assert_eq!(day.plus(1).days_to(day), None);
    }

    #[test]
    fn every_day_of_a_century_and_a_half_reads_back() {
        for since_1970 in 0..55_000 {
            let day = Day { since_1970 };
            assert_eq!(day.to_string().parse(), Ok(day));
        }
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in [
            "",
            "2027",
            "2027-02-29",
            "2027-2-1",
            "2027-13-01",
            "2027-00-10",
            "2027-01-00",
            "1969-12-31",
            "27-01-31",
            "2027-01-31-",
            "2027-01-31T00",
            "+027-01-31",
            "2027–01–31",
        ] {
            assert_eq!(
                text.parse::<Day>(),
                Err(DayError(text.to_owned())),
                "{text}"
            );
        }
    }
}
