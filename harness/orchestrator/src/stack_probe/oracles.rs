//! What can be known of a device: which oracles it has, and which fields each of them shows.

use serde::Serialize;
use sixlo_judge::calibration::{Calibration, Sight};
use sixlo_judge::judge::calibrate;
use sixlo_judge::profile::Profile;
use sixlo_judge::testcase::Kind;
use sixlo_judge::verdict::Seen;

use crate::catalogue::{Catalogue, Parameters, compile};
use crate::run::{JournalError, Recorded};

/// One oracle on this device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Oracle {
    /// delivered, quoted or replied.
    pub name: &'static str,
    /// Fields that it shows as they were restored.
    pub sees: Vec<String>,
    /// Fields that it shows wrongly in the simplest form: it decides nothing of them.
    pub blind: Vec<String>,
}

/// What the calibration showed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Oracles {
    /// The three of them.
    pub oracles: Vec<Oracle>,
    /// Whether an echo request with a wrong ICMPv6 checksum is dropped, if that is known.
    pub drops_wrong_icmpv6_checksum: Option<bool>,
    /// The same of UDP.
    pub drops_wrong_udp_checksum: Option<bool>,
    /// Whether errors are limited.
    pub limits_errors: Option<bool>,
}

const NAMES: [(Seen, &str); 3] = [
    (Seen::Delivered, "delivered"),
    (Seen::Quoted, "quoted"),
    (Seen::Replied, "replied"),
];

/// From the calibration's trials of a run.
pub(super) fn oracles(
    recorded: &Recorded,
    profile: &Profile,
    catalogue: &Catalogue,
    parameters: &Parameters,
) -> Result<Oracles, JournalError> {
    let mut seen = Vec::new();
    let calibrations = catalogue.cases.iter();
    for case in calibrations.filter(|case| case.kind == Kind::Calibration) {
        for trial in compile(case, profile, parameters).trials {
            let last = recorded
                .lines
                .iter()
                .rposition(|line| line.trial.id == trial.id);
            if let Some(line) = last {
                seen.push((case.clone(), trial, recorded.evidence(line)?));
            }
        }
    }
    let calibration = calibrate(profile, &seen);
    Ok(Oracles {
        oracles: NAMES
            .map(|(seen, name)| oracle(&calibration, seen, name))
            .into(),
        drops_wrong_icmpv6_checksum: calibration.drops_wrong_icmpv6_checksum,
        drops_wrong_udp_checksum: calibration.drops_wrong_udp_checksum,
        limits_errors: calibration.limits_errors,
    })
}

fn oracle(calibration: &Calibration, seen: Seen, name: &'static str) -> Oracle {
    let of = |wanted| {
        let fields = calibration.fields(seen);
        fields
            .filter(|(_, sight)| *sight == wanted)
            .map(|(field, _)| field.name().to_owned())
            .collect()
    };
    Oracle {
        name,
        sees: of(Sight::Sees),
        blind: of(Sight::Blind),
    }
}
