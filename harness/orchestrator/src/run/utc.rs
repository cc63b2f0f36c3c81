//! A moment as a name: ISO 8601 in UTC, without the colons that some file systems refuse.

use std::time::Duration;

use sixlo_judge::day::{SECONDS_A_DAY, date};

/// Such as `2026-02-28T23-59-59Z`.
pub(super) fn name_of(since_1970: Duration) -> String {
    let seconds = since_1970.as_secs();
    let (year, month, day) = date(seconds / SECONDS_A_DAY);
    let second = seconds % SECONDS_A_DAY;
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}-{:02}-{:02}Z",
        second / 3600,
        second / 60 % 60,
        second % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_have_the_names_that_date_gives_them() {
        // `date -u -d @SECONDS +%FT%H-%M-%SZ`
        for (seconds, name) in [
            (0, "1970-01-01T00-00-00Z"),
            (951_782_400, "2000-02-29T00-00-00Z"),
            (951_868_799, "2000-02-29T23-59-59Z"),
            (1_772_323_199, "2026-02-28T23-59-59Z"),
            (1_772_323_200, "2026-03-01T00-00-00Z"),
            (1_798_761_599, "2026-12-31T23-59-59Z"),
            (4_107_542_400, "2100-03-01T00-00-00Z"),
        ] {
            assert_eq!(name_of(Duration::from_secs(seconds)), name);
        }
    }
}
