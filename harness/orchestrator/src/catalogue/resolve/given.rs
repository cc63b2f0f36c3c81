//! Settings to make first.

use serde_saphyr::Location;
use sixlo_frames::context::Context;
use sixlo_judge::testcase::{Given, TesterSetting};

use super::address::Surroundings;
use super::scope::Scope;
use crate::catalogue::yaml::At;
use crate::catalogue::yaml::setting::{Setting, Tester};

/// Takes over what the settings change about names: contexts and the DUT's EUI-64.
pub(super) fn prepare(scope: &mut Scope<'_>, raw: &[At<Setting>], fresh_eui64: [u8; 8]) {
    for setting in raw {
        match &setting.value {
            Setting::Context(context) => {
                let resolved = scope.prefix(&context.prefix.value);
                let resolved = scope.take(context.prefix.referenced, resolved);
                if context.id.value > 15 {
                    let at = context.id.referenced;
                    scope.fail::<()>(at, "a context's number is 0 to 15");
                } else if let Some(prefix) = resolved {
                    scope.contexts.set(context.id.value, prefix);
                }
            }
            Setting::FreshEui64 => scope.nodes.dut.eui64 = fresh_eui64,
            _ => {}
        }
    }
}

/// The settings of `given`, once `prepare` has run.
pub(super) fn given(scope: &Scope<'_>, raw: &[At<Setting>]) -> Option<Vec<Given>> {
    let all: Vec<_> = raw
        .iter()
        .map(|setting| one(scope, setting.referenced, &setting.value))
        .collect();
    let all: Option<Vec<_>> = all.into_iter().collect();
    Some(all?.into_iter().flatten().collect())
}

fn one(scope: &Scope<'_>, at: Location, setting: &Setting) -> Option<Vec<Given>> {
    let around = Surroundings::default();
    let address = |named: &At<String>| {
        let address = scope.address(&named.value, &around);
        scope.take(named.referenced, address)
    };
    Some(vec![match setting {
        Setting::Context(context) => {
            let Context { prefix, length } = *scope.contexts.get(context.id.value)?;
            Given::Context {
                id: context.id.value,
                prefix,
                length,
                compress: context.compress,
            }
        }
        Setting::Address(named) => match address(named)? {
            address if address.is_multicast() => {
                return scope.fail(named.referenced, "a group is joined by `group`");
            }
            address => Given::Address(address),
        },
        Setting::NoAddresses => Given::NoAddresses,
        Setting::Group(named) => match address(named)? {
            group if group.is_multicast() => Given::Group(group),
            _ => return scope.fail(named.referenced, "this is no multicast address"),
        },
        Setting::ChecksumElision(authorised) => Given::ChecksumElision(*authorised),
        Setting::Nd(nd) => Given::Nd(*nd),
        Setting::Autoconfigure(on) => Given::Autoconfigure(*on),
        Setting::MeshHops(hops) => Given::MeshHops(*hops),
        Setting::FreshEui64 => Given::FreshEui64(scope.nodes.dut.eui64),
        Setting::OpenPort(port) => Given::OpenPort(scope.port(port)?),
        Setting::Tester(tester) => {
            let settings = tester_settings(tester);
            if settings.is_empty() {
                return scope.fail(at, "`tester` changes nothing");
            }
            return Some(settings.into_iter().map(Given::Tester).collect());
        }
    }])
}

/// The switches that a `tester` sets.
pub(super) fn tester_settings(tester: &Tester) -> Vec<TesterSetting> {
    [
        tester.answers_ns.map(TesterSetting::AnswersNs),
        tester.announces_level.map(TesterSetting::AnnouncesLevel),
        tester
            .announces_ghc
            .filter(|&on| on)
            .map(|_| TesterSetting::AnnouncesGhc),
        tester.aro_status.map(TesterSetting::AroStatus),
        tester.answers_rs.map(TesterSetting::AnswersRs),
    ]
    .into_iter()
    .flatten()
    .collect()
}
