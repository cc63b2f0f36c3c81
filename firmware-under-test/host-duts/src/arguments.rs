//! The command line of `sixlo dut`.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::str::FromStr;

/// What was asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arguments {
    /// The device's name.
    pub name: String,
    /// A fault to seed, if the device has faults.
    pub fault: Option<String>,
    /// How often the device has booted, this time included (`--param boot=N`).
    pub boot: u32,
    /// The device's own parameters.
    pub params: BTreeMap<String, String>,
}

/// Why a command line is refused.
#[derive(Debug, PartialEq, Eq)]
pub enum ArgumentError {
    /// No device was named.
    NoName,
    /// An argument that is not UTF-8.
    NotText(OsString),
    /// An option that does not exist.
    UnknownOption(String),
    /// An option without its value.
    NoValue(&'static str),
    /// `--param` without `=`.
    NoEquals(String),
    /// A parameter whose value cannot be read.
    BadValue {
        /// The parameter.
        key: &'static str,
        /// Its value as given.
        value: String,
        /// What is allowed.
        allowed: &'static str,
    },
    /// A parameter that is none of the words allowed.
    BadChoice {
        /// The parameter.
        key: &'static str,
        /// Its value as given.
        value: String,
        /// The words allowed.
        allowed: String,
    },
    /// No device has this name.
    UnknownDevice(String),
    /// The device has no such fault, or no faults at all.
    UnknownFault(String),
    /// The device has no such parameter.
    UnknownParam(String),
}

impl fmt::Display for ArgumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoName => write!(
                f,
                "no device named (usage: sixlo dut NAME [--fault ID] [--param KEY=VALUE]...; known: {})",
                crate::names().join(", ")
            ),
            Self::NotText(argument) => write!(f, "argument {argument:?} is not UTF-8"),
            Self::UnknownOption(option) => {
                write!(f, "unknown option `{option}` (known: --fault, --param)")
            }
            Self::NoValue(option) => write!(f, "option {option} needs a value"),
            Self::NoEquals(text) => write!(f, "parameter `{text}` is not of the form KEY=VALUE"),
            Self::BadValue {
                key,
                value,
                allowed,
            } => write!(
                f,
                "parameter `{key}={value}` cannot be read (allowed: {allowed})"
            ),
            Self::BadChoice {
                key,
                value,
                allowed,
            } => write!(
                f,
                "parameter `{key}={value}` is unknown (allowed: {allowed})"
            ),
            Self::UnknownDevice(name) => write!(
                f,
                "unknown device `{name}` (known: {})",
                crate::names().join(", ")
            ),
            Self::UnknownFault(fault) => write!(f, "this device has no fault `{fault}`"),
            Self::UnknownParam(key) => write!(f, "this device has no parameter `{key}`"),
        }
    }
}

impl std::error::Error for ArgumentError {}

impl Arguments {
    /// Reads `NAME [--fault ID] [--param KEY=VALUE]...`.
    pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, ArgumentError> {
        let mut texts = arguments
            .into_iter()
            .map(|argument| argument.into_string().map_err(ArgumentError::NotText));
        let mut parsed = Arguments {
            name: texts.next().ok_or(ArgumentError::NoName)??,
            ..Arguments::default()
        };
        while let Some(option) = texts.next() {
            match option?.as_str() {
                "--fault" => {
                    let fault = texts.next().ok_or(ArgumentError::NoValue("--fault"))??;
                    parsed.fault = Some(fault);
                }
                "--param" => {
                    let text = texts.next().ok_or(ArgumentError::NoValue("--param"))??;
                    let (key, value) = text
                        .split_once('=')
                        .ok_or_else(|| ArgumentError::NoEquals(text.clone()))?;
                    parsed.params.insert(key.into(), value.into());
                }
                other => return Err(ArgumentError::UnknownOption(other.into())),
            }
        }
        parsed.boot = parsed.take("boot", 1, "a number")?;
        Ok(parsed)
    }

    /// Takes the parameter `key` out, so that [`Self::finish`] can name what is left over.
    pub fn take<T: FromStr>(
        &mut self,
        key: &'static str,
        default: T,
        allowed: &'static str,
    ) -> Result<T, ArgumentError> {
        let Some(value) = self.params.remove(key) else {
            return Ok(default);
        };
        value.parse().map_err(|_| ArgumentError::BadValue {
            key,
            value,
            allowed,
        })
    }

    /// Refuses whatever no one has taken.
    pub fn finish(&self) -> Result<(), ArgumentError> {
        if let Some(fault) = &self.fault {
            return Err(ArgumentError::UnknownFault(fault.clone()));
        }
        match self.params.keys().next() {
            Some(key) => Err(ArgumentError::UnknownParam(key.clone())),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Arguments, ArgumentError> {
        Arguments::parse(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn reads_name_fault_and_parameters() {
        let arguments = parse("p6lowpan-5 --fault TfNotRotated --param a=1 --param b=x=y").unwrap();
        assert_eq!(arguments.name, "p6lowpan-5");
        assert_eq!(arguments.fault.as_deref(), Some("TfNotRotated"));
        assert_eq!(arguments.params["a"], "1");
        assert_eq!(arguments.params["b"], "x=y");
    }

    #[test]
    fn names_what_is_wrong() {
        let wrong = [
            ("", "no device named"),
            ("x --fault", "option --fault needs a value"),
            ("x --param a", "parameter `a` is not of the form KEY=VALUE"),
            ("x --loud", "unknown option `--loud`"),
        ];
        for (line, text) in wrong {
            let error = parse(line).unwrap_err().to_string();
            assert!(error.contains(text), "{line:?} gave {error:?}");
        }
    }

    #[test]
    fn what_nobody_takes_is_refused() {
        let mut arguments = parse("x --param after=3 --param b=1").unwrap();
        assert_eq!(arguments.take("after", 0, "a number"), Ok(3));
        assert_eq!(
            arguments.finish(),
            Err(ArgumentError::UnknownParam("b".into()))
        );
        let mut arguments = parse("x --param after=soon").unwrap();
        let error = arguments.take("after", 0, "a number").unwrap_err();
        assert_eq!(
            error.to_string(),
            "parameter `after=soon` cannot be read (allowed: a number)"
        );
    }
}
