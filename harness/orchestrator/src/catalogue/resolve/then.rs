//! What must be seen.

use sixlo_frames::field::FieldId;
use sixlo_judge::testcase::{Expectation, OnMatch};

use super::pattern::pattern;
use super::scope::Scope;
use crate::catalogue::yaml::At;
use crate::catalogue::yaml::expectation::{self as raw, Verdict, What};

/// The expectations of `then`.
pub(super) fn then(scope: &Scope<'_>, raw: &[At<raw::Expectation>]) -> Option<Vec<Expectation>> {
    let all: Vec<_> = raw
        .iter()
        .map(|one| {
            if one.value.verdict.is_some() {
                return scope.fail(one.referenced, "`verdict` belongs inside `any-of`");
            }
            expectation(scope, one)
        })
        .collect();
    all.into_iter().collect()
}

fn expectation(scope: &Scope<'_>, raw: &At<raw::Expectation>) -> Option<Expectation> {
    let expected = match &raw.value.what {
        What::EchoReply => Expectation::EchoReply,
        What::Restored(fields) => Expectation::Restored(pattern(scope, fields)?),
        What::Advertisement(fields) => Expectation::Advertisement(pattern(scope, fields)?),
        What::Frame(fields) => Expectation::Frame(pattern(scope, fields)?),
        What::NotTaken => Expectation::NotTaken,
        What::Never(fields) => Expectation::Never(pattern(scope, fields)?),
        What::Encoded(fields) => Expectation::Encoded(pattern(scope, fields)?),
        What::Forwarded(fields) => Expectation::Forwarded(pattern(scope, fields)?),
        What::FrameCount(count) => Expectation::FrameCount {
            at_least: count.at_least,
            at_most: count.at_most,
            fields: pattern(scope, &count.fields)?,
        },
        What::CountsUp(counts) => {
            let name = &counts.field;
            match FieldId::from_name(&name.value) {
                Some(field) => Expectation::CountsUp {
                    field,
                    modulo: counts.modulo,
                },
                None => {
                    let text = format!("no field is called `{}`", name.value);
                    return scope.fail(name.referenced, text);
                }
            }
        }
        What::QuotedChain(protocols) => Expectation::QuotedChain(protocols.clone()),
        What::ClassUnsupported => Expectation::ClassUnsupported,
        What::Alive => Expectation::Alive,
        What::AtMostOne(inner) => Expectation::AtMostOne(Box::new(expectation(scope, inner)?)),
        What::AnyOf(alternatives) => {
            let all: Vec<_> = alternatives
                .iter()
                .map(|one| alternative(scope, one))
                .collect();
            Expectation::AnyOf(all.into_iter().collect::<Option<_>>()?)
        }
    };
    Some(match raw.value.within {
        Some(time) => Expectation::Within(Box::new(expected), time.0),
        None => expected,
    })
}

fn alternative(scope: &Scope<'_>, raw: &At<raw::Expectation>) -> Option<(Expectation, OnMatch)> {
    let on_match = match raw.value.verdict {
        Some(Verdict::Pass) => OnMatch::Pass,
        Some(Verdict::Deviation) => OnMatch::Deviation,
        Some(Verdict::Fail) => OnMatch::Fail,
        Some(Verdict::Inconc) => OnMatch::Inconc,
        None => {
            return scope.fail(
                raw.referenced,
                "an alternative has a `verdict` (pass, deviation, fail, inconc)",
            );
        }
    };
    Some((expectation(scope, raw)?, on_match))
}
