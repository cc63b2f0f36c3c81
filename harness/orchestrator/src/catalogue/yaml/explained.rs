//! The reader's errors in our words: which value stands there, and what is allowed.

use serde_saphyr::{Error, Location};

use super::words;

/// Characters of a value that are shown.
const SHOWN: usize = 40;

/// What is wrong, in our words; `text` is the file's.
pub(super) fn explained(error: &Error, text: &str) -> String {
    let here = || here(text, error.location());
    match error {
        Error::SerdeUnknownField {
            field, expected, ..
        } => {
            let noun = words::noun(expected).map_or(String::new(), |noun| format!(" in {noun}"));
            format!(
                "unknown field `{field}`{noun} (known: {})",
                expected.join(", ")
            )
        }
        Error::SerdeUnknownVariant {
            variant, expected, ..
        } => format!("unknown value `{variant}` (known: {})", expected.join(", ")),
        Error::SerdeMissingField { field, .. } => format!("field `{field}` is missing"),
        Error::DuplicateMappingKey { key, .. } => match key {
            Some(key) => format!("field `{key}` is there twice"),
            None => "a field is there twice".to_owned(),
        },
        Error::SerdeInvalidType {
            unexpected,
            expected,
            ..
        }
        | Error::SerdeInvalidValue {
            unexpected,
            expected,
            ..
        } => format!("{unexpected} is not {expected}"),
        Error::InvalidScalar { ty, .. } => format!("{} is not {}", here(), kind(ty)),
        Error::InvalidBooleanStrict { .. } => format!("{} is not true or false", here()),
        Error::Unexpected { expected, .. } => format!("{} is not {}", here(), shape(expected)),
        Error::ExternallyTaggedEnumExpectedScalarOrMapping { .. }
        | Error::ExpectedStringKeyForExternallyTaggedEnum { .. } => {
            format!("{} is not one word, or one `name: value`", here())
        }
        Error::UnknownAnchor { .. } => format!("{} refers to nothing before it", here()),
        Error::Eof { .. } => "the file ends where fields are missing".to_owned(),
        // Our own readers name the value; others' do not.
        Error::Message { msg, .. } if msg.contains('`') => msg.clone(),
        Error::Message { msg, .. } => format!("{}: {msg}", here()),
        Error::AliasError { .. } => format!("{} stands for something that cannot be here", here()),
        other => plain(other),
    }
}

/// The reader's own words without the place, which stands before them already.
fn plain(error: &Error) -> String {
    let text = error.to_string();
    let Some(at) = error.location() else {
        return text;
    };
    let (line, column) = (at.line(), at.column());
    text.replace(&format!("error: line {line} column {column}: "), "")
        .replace(&format!(" at line {line}, column {column}"), "")
}

/// The value that stands there, cut short.
fn here(text: &str, at: Option<Location>) -> String {
    let value = at.and_then(|at| {
        let line = usize::try_from(at.line()).ok()?.checked_sub(1)?;
        let column = usize::try_from(at.column()).ok()?.checked_sub(1)?;
        let line = text.lines().nth(line)?;
        let (start, _) = line.char_indices().nth(column)?;
        Some(line[start..].trim_end())
    });
    let value = match value {
        None | Some("") => return "nothing".to_owned(),
        // A value of its own ends where the next one begins.
        Some(value) if !value.starts_with(['[', '{', '"', '\'', '-', '|', '>']) => {
            let end = value.find([',', '}', ']']).unwrap_or(value.len());
            let value = &value[..end];
            value.split(" #").next().unwrap_or(value).trim_end()
        }
        Some(value) => value,
    };
    match value.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("`{}…`", &value[..end]),
        None => format!("`{value}`"),
    }
}

/// What the reader calls a scalar.
fn kind(ty: &str) -> String {
    let numbers = |most: &str| format!("a whole number from 0 to {most}");
    match ty {
        "u8" => numbers("255"),
        "u16" => numbers("65535"),
        "u32" => numbers("4294967295"),
        "u64" => numbers("18446744073709551615"),
        "bool" => "true or false".to_owned(),
        other => other.to_owned(),
    }
}

/// What the reader calls a node's beginning.
fn shape(expected: &str) -> &str {
    match expected {
        "mapping start" => "a mapping (`field: value`, one a line)",
        "sequence start" => "a list (`[a, b]`, or lines that begin with `-`)",
        "string scalar" => "text",
        other => other,
    }
}
