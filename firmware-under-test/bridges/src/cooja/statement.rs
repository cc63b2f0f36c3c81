//! Lines of dut.yaml that configure a mote: calls of its functions, and assignments
//! to its variables.
//!
//! ```text
//! function(argument, ...)          result counts for nothing
//! function(argument, ...) != 0     the setting is refused unless this holds; also ==
//! variable = argument
//! ```
//!
//! | argument | is |
//! |---|---|
//! | `3`, `-1`, `0xface` | an integer |
//! | `null`, `&symbol` | a pointer |
//! | `{name}` | a value of the setting: an integer, or a pointer to its octets |
//! | `{result}` | what the last call returned |
//! | `zeroed(64)` | a pointer to so many octets, which are the mote's until it resets |
//! | `{echo}` | a UDP callback that sends back what came (see `echo.rs`) |
//! | `{tap}` | a packet processor that shows restored packets (see `tap.rs`) |
//!
//! To a variable, octets are copied; they must fill it.

/// Most arguments of a call: those that travel in registers.
pub const MOST_ARGUMENTS: usize = 6;
/// Most octets of `zeroed`.
const MOST_ZEROED: usize = 65_536;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Statement {
    /// A call.
    Call {
        /// The function.
        function: String,
        /// What it gets.
        arguments: Vec<Argument>,
        /// What its result must be.
        check: Option<Check>,
    },
    /// An assignment.
    Assign {
        /// The variable.
        variable: String,
        /// What it gets.
        value: Argument,
    },
}

/// What a result must be for the setting to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// Exactly this.
    Is(u64),
    /// Anything else.
    IsNot(u64),
}

/// One argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Argument {
    /// An integer, or a null pointer.
    Number(u64),
    /// The address of a symbol.
    Address(String),
    /// A value of the setting.
    Value(String),
    /// What the last call returned.
    Result,
    /// So many octets of memory.
    Zeroed(usize),
    /// The UDP callback.
    Echo,
    /// The packet processor.
    Tap,
}

/// Why a line is no statement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{line}`: {why}")]
pub struct StatementError {
    line: String,
    why: String,
}

impl Statement {
    /// Reads a line; `values` are the names of what the setting has.
    pub fn parse(line: &str, values: &[&str]) -> Result<Self, StatementError> {
        parse(line.trim(), values).map_err(|why| StatementError {
            line: line.to_owned(),
            why,
        })
    }

    /// Every symbol that the image must have for it.
    pub fn symbols(&self) -> Vec<&str> {
        let (name, arguments) = match self {
            Statement::Call {
                function,
                arguments,
                ..
            } => (function, &arguments[..]),
            Statement::Assign { variable, value } => (variable, std::slice::from_ref(value)),
        };
        let addresses = arguments.iter().filter_map(|argument| match argument {
            Argument::Address(symbol) => Some(symbol.as_str()),
            Argument::Echo => Some(super::echo::SENDER),
            Argument::Tap => Some(super::tap::PACKET),
            _ => None,
        });
        std::iter::once(name.as_str()).chain(addresses).collect()
    }
}

fn parse(line: &str, values: &[&str]) -> Result<Statement, String> {
    let end = line.find(['(', '=']).unwrap_or(line.len());
    let name = symbol(line[..end].trim())?;
    let rest = &line[end..];
    if let Some(value) = rest.strip_prefix('=') {
        return Ok(Statement::Assign {
            variable: name,
            value: argument(value.trim(), values)?,
        });
    }
    let shape =
        "a line is `function(argument, ...)`, with or without `!= 0`, or `variable = argument`";
    let rest = rest.strip_prefix('(').ok_or(shape)?;
    let (inside, after) = rest.rsplit_once(')').ok_or("a `)` is missing")?;
    let arguments = match inside.trim() {
        "" => Vec::new(),
        list => list
            .split(',')
            .map(|text| argument(text.trim(), values))
            .collect::<Result<_, _>>()?,
    };
    if arguments.len() > MOST_ARGUMENTS {
        return Err(format!("more than {MOST_ARGUMENTS} arguments"));
    }
    let after = after.trim();
    let check = if let Some(value) = after.strip_prefix("!=") {
        Some(Check::IsNot(number(value.trim())?))
    } else if let Some(value) = after.strip_prefix("==") {
        Some(Check::Is(number(value.trim())?))
    } else if after.is_empty() {
        None
    } else {
        return Err(shape.to_owned());
    };
    Ok(Statement::Call {
        function: name,
        arguments,
        check,
    })
}

fn symbol(text: &str) -> Result<String, String> {
    let is_name = |octet: u8| octet == b'_' || octet.is_ascii_alphanumeric();
    let is_symbol = text.bytes().all(is_name) && !text.is_empty();
    match is_symbol && !text.as_bytes()[0].is_ascii_digit() {
        true => Ok(text.to_owned()),
        false => Err(format!("`{text}` is no name of a symbol")),
    }
}

fn argument(text: &str, values: &[&str]) -> Result<Argument, String> {
    if let Some(name) = text
        .strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'))
    {
        return match name {
            "result" => Ok(Argument::Result),
            "echo" => Ok(Argument::Echo),
            "tap" => Ok(Argument::Tap),
            name if values.contains(&name) => Ok(Argument::Value(name.to_owned())),
            name => Err(format!(
                "no value `{{{name}}}` here (allowed: {})",
                allowed(values)
            )),
        };
    }
    if let Some(name) = text.strip_prefix('&') {
        return symbol(name).map(Argument::Address);
    }
    if let Some(inside) = text
        .strip_prefix("zeroed(")
        .and_then(|text| text.strip_suffix(')'))
    {
        let octets: Option<usize> = inside.trim().parse().ok();
        let octets = octets.filter(|octets| (1..=MOST_ZEROED).contains(octets));
        return octets
            .map(Argument::Zeroed)
            .ok_or(format!("zeroed takes 1 to {MOST_ZEROED} octets"));
    }
    if text == "null" {
        return Ok(Argument::Number(0));
    }
    number(text).map(Argument::Number)
}

fn allowed(values: &[&str]) -> String {
    let names = values.iter().chain(&["result", "echo", "tap"]);
    let names: Vec<String> = names.map(|name| format!("{{{name}}}")).collect();
    names.join(", ")
}

fn number(text: &str) -> Result<u64, String> {
    let (digits, negative) = match text.strip_prefix('-') {
        Some(digits) => (digits, true),
        None => (text, false),
    };
    let value = match digits.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => digits.parse(),
    };
    match value {
        Ok(value) if negative => Ok(value.wrapping_neg()),
        Ok(value) => Ok(value),
        Err(_) => Err(format!(
            "`{text}` is no argument (allowed: an integer, null, &symbol, zeroed(octets), {{name}})"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(name: &str) -> Argument {
        Argument::Value(name.to_owned())
    }

    #[test]
    fn calls_and_assignments() {
        let parse = |line| Statement::parse(line, &["address", "port"]).unwrap();
        assert_eq!(
            parse("uip_ds6_addr_add({address}, 0, 3) != 0"),
            Statement::Call {
                function: "uip_ds6_addr_add".into(),
                arguments: vec![value("address"), Argument::Number(0), Argument::Number(3)],
                check: Some(Check::IsNot(0)),
            }
        );
        let call = parse("register(zeroed(64), {port}, null, -1, {echo}, &list)");
        assert_eq!(
            call,
            Statement::Call {
                function: "register".into(),
                arguments: vec![
                    Argument::Zeroed(64),
                    value("port"),
                    Argument::Number(0),
                    Argument::Number(u64::MAX),
                    Argument::Echo,
                    Argument::Address("list".into()),
                ],
                check: None,
            }
        );
        assert_eq!(
            call.symbols(),
            ["register", super::super::echo::SENDER, "list"]
        );
        assert_eq!(
            parse("pan = 0xabcd"),
            Statement::Assign {
                variable: "pan".into(),
                value: Argument::Number(0xabcd),
            }
        );
    }

    #[test]
    fn wrong_lines_say_what_is_wrong() {
        let wrong = [
            ("", "`` is no name of a symbol"),
            ("reboot", "a line is `function"),
            ("f(1", "a `)` is missing"),
            ("f(1) > 0", "a line is `function"),
            (
                "f({eui64})",
                "no value `{eui64}` here (allowed: {address}, {result}",
            ),
            ("f(1,2,3,4,5,6,7)", "more than 6 arguments"),
            ("f(zeroed(0))", "zeroed takes 1 to 65536 octets"),
            ("f(soon)", "`soon` is no argument"),
            ("f(&2x)", "`2x` is no name of a symbol"),
            ("2x = 1", "`2x` is no name of a symbol"),
            ("f() == ", "`` is no argument"),
        ];
        for (line, text) in wrong {
            let error = Statement::parse(line, &["address"])
                .unwrap_err()
                .to_string();
            assert!(error.contains(text), "{line:?} gave {error:?}");
        }
    }
}
