//! Calibration cases to a calibration: what each oracle showed of values it
//! could not have guessed, in the device's simplest form.

use sixlo_frames::dissect::dissect_packet;
use sixlo_frames::packet::protocol;

use super::asked::Asked;
use super::scene::Scene;
use crate::calibration::{Calibration, Sight};
use crate::evidence::Evidence;
use crate::profile::Profile;
use crate::reading::Reading;
use crate::testcase::{Expectation, Kind, Pattern, TestCase};
use crate::trial::{Nonce, Trial};

/// Errors asked for in one breath, from which on missing ones mean a limit.
const BURST: usize = 3;

/// What the device's oracles are worth, from the calibration cases among these trials.
pub fn calibrate(profile: &Profile, trials: &[(TestCase, Trial, Evidence)]) -> Calibration {
    let untried = Calibration::default();
    let mut calibration = Calibration::default();
    let of_calibration = trials
        .iter()
        .filter(|(case, _, _)| case.kind == Kind::Calibration);
    for (_, trial, evidence) in of_calibration {
        let scene = Scene::gather(trial, profile, &untried, evidence);
        for expectation in &trial.then {
            match expectation {
                Expectation::Restored(pattern) => scene.try_fields(pattern, &mut calibration),
                Expectation::NotTaken => scene.try_checksum(&mut calibration),
                _ => {}
            }
        }
        scene.try_limit(&mut calibration);
    }
    calibration
}

impl<'a> Scene<'a> {
    fn try_fields(&self, pattern: &Pattern, calibration: &mut Calibration) {
        for asked in &self.asked {
            let sent = dissect_packet(asked.packet);
            for (oracle, octets) in self.shown_of(asked) {
                let shown = dissect_packet(&octets);
                for (field, wanted) in &pattern.fields {
                    let (observed, same) = (shown.get(*field), sent.get(*field));
                    let sight = match observed {
                        None => Sight::Untested,
                        Some(_) if !wanted.is_met_by(observed, same) => Sight::Blind,
                        // A blind oracle would show the same.
                        Some(value) if super::expect::is_default(value) => Sight::Untested,
                        Some(_) => Sight::Sees,
                    };
                    calibration.note(oracle, *field, sight);
                }
            }
        }
    }

    /// A packet with a wrong checksum: whoever answers it checks none.
    fn try_checksum(&self, calibration: &mut Calibration) {
        for asked in &self.asked {
            let Some(reading) = Reading::of(asked.packet) else {
                continue;
            };
            let known = match reading.protocol {
                _ if reading.checksum_right(asked.packet) => continue,
                protocol::ICMPV6 => &mut calibration.drops_wrong_icmpv6_checksum,
                protocol::UDP => &mut calibration.drops_wrong_udp_checksum,
                _ => continue,
            };
            let answered = self
                .after(asked)
                .any(|(packet, reading)| asked.is_answered_by(reading, &packet.octets));
            let drops = match answered {
                true => Some(false),
                false => self.silence_is_proven(asked).is_ok().then_some(true),
            };
            *known = match (*known, drops) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (known, drops) => known.or(drops),
            };
        }
    }

    /// Several errors in one breath: if some came and some did not, there is a limit.
    fn try_limit(&self, calibration: &mut Calibration) {
        let errors: Vec<&Asked> = self
            .asked
            .iter()
            .filter(|asked| matches!(asked.nonce, Nonce::Quote(_)))
            .collect();
        if errors.len() < BURST {
            return;
        }
        let came = |asked: &&&Asked| {
            self.after(asked)
                .any(|(packet, reading)| asked.is_answered_by(reading, &packet.octets))
        };
        match errors.iter().filter(came).count() {
            0 => {}
            all if all == errors.len() => {
                calibration.limits_errors.get_or_insert(false);
            }
            _ => calibration.limits_errors = Some(true),
        }
    }
}
