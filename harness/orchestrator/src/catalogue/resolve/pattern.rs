//! Fields by name and what each must be.

use sixlo_frames::field::{FieldId, Value};
use sixlo_judge::testcase::{Pattern, Wanted};

use super::address::Surroundings;
use super::scope::Scope;
use crate::catalogue::yaml::At;
use crate::catalogue::yaml::expectation as raw;
use crate::catalogue::yaml::scalar::octets;

/// What kind of value a field has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ValueKind {
    Uint,
    Ipv6,
    Mac,
    Bytes,
}

fn kind(field: FieldId) -> ValueKind {
    match field.name() {
        "mac.dst" | "mac.src" | "mesh.originator" | "mesh.final" | "nd.slla.address"
        | "nd.tlla.address" | "nd.aro.eui64" | "nd.da.eui64" => ValueKind::Mac,
        "ipv6.src" | "ipv6.dst" | "nd.target" | "nd.pio.prefix" | "nd.6co.prefix"
        | "nd.abro.address" | "nd.da.address" => ValueKind::Ipv6,
        name if [".data", ".octets", ".quote", ".body"]
            .iter()
            .any(|end| name.ends_with(end)) =>
        {
            ValueKind::Bytes
        }
        _ => ValueKind::Uint,
    }
}

/// A pattern; every field that is unknown or cannot have its value is an error.
pub(super) fn pattern(scope: &Scope<'_>, raw: &raw::Pattern) -> Option<Pattern> {
    let fields: Vec<_> = raw
        .0
        .iter()
        .map(|(name, wanted)| {
            let field = field(scope, name, wanted)?;
            let value = wanted_value(scope, field, &wanted.value);
            Some((field, scope.take(wanted.referenced, value)?))
        })
        .collect();
    let fields: Option<Vec<_>> = fields.into_iter().collect();
    fields.map(|fields| Pattern { fields })
}

fn field(scope: &Scope<'_>, name: &str, at: &At<raw::Wanted>) -> Option<FieldId> {
    FieldId::from_name(name).or_else(|| {
        let group = name.split('.').next().unwrap_or_default();
        let known: Vec<_> = FieldId::ALL
            .iter()
            .filter_map(|field| field.name().strip_prefix(group)?.strip_prefix('.'))
            .collect();
        let text = match known.is_empty() {
            false => format!(
                "no field is called `{name}` (known in {group}: {})",
                known.join(", ")
            ),
            true => {
                let mut groups: Vec<_> = FieldId::ALL
                    .iter()
                    .filter_map(|field| field.name().split('.').next())
                    .collect();
                groups.dedup();
                format!(
                    "no fields are called `{group}` (known: {})",
                    groups.join(", ")
                )
            }
        };
        scope.fail(at.referenced, text)
    })
}

fn wanted_value(scope: &Scope<'_>, field: FieldId, raw: &raw::Wanted) -> Result<Wanted, String> {
    Ok(match raw {
        raw::Wanted::Text(text) if text == "same" => Wanted::Same,
        raw::Wanted::Text(text) if text == "present" => Wanted::Present,
        raw::Wanted::Text(text) if text == "absent" => Wanted::Absent,
        raw::Wanted::Between(low, high) if low <= high => Wanted::Between(*low, *high),
        raw::Wanted::Between(low, high) => {
            return Err(format!("nothing is between {low} and {high}"));
        }
        raw::Wanted::AnyOf(all) => Wanted::AnyOf(
            all.iter()
                .map(|one| value(scope, field, one))
                .collect::<Result<_, _>>()?,
        ),
        one => Wanted::Is(value(scope, field, one)?),
    })
}

fn value(scope: &Scope<'_>, field: FieldId, raw: &raw::Wanted) -> Result<Value, String> {
    let name = field.name();
    match (kind(field), raw) {
        (ValueKind::Uint, raw::Wanted::Number(number)) => Ok(Value::Uint(*number)),
        (ValueKind::Uint, raw::Wanted::Text(text)) => {
            number(scope, text).map(Value::Uint).ok_or_else(|| {
                format!(
                    "`{text}` is no value of {name} (a number, or a name such as pixit.open-port)"
                )
            })
        }
        (ValueKind::Ipv6, raw::Wanted::Text(text)) => scope
            .address(text, &Surroundings::default())
            .map(Value::Ipv6)
            .or_else(|error| {
                let prefix = scope
                    .prefix(text)
                    .map(|context| Value::Ipv6(context.prefix));
                prefix.map_err(|_| error)
            }),
        (ValueKind::Mac, raw::Wanted::Text(text)) => {
            scope.mac_address(text, scope.nodes.dut).map(Value::Mac)
        }
        (ValueKind::Bytes, raw::Wanted::Text(text)) => octets(text)
            .map(Value::Bytes)
            .ok_or_else(|| format!("`{text}` is no octets for {name} (such as `60 07 3a`)")),
        _ => Err(format!(
            "{name} cannot have this value (octets and addresses are written in quotes)"
        )),
    }
}

fn number(scope: &Scope<'_>, text: &str) -> Option<u64> {
    if let Some(port) = text.strip_prefix("pixit.")
        && let Some(&port) = scope.parameters.ports.get(port)
    {
        return Some(port.into());
    }
    match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => super::upper::type_by_name(scope, text).map(u64::from),
    }
}
