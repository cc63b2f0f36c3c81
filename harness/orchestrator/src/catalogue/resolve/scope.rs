//! What names mean in one case, and what turned out to be wrong in it.

use std::cell::RefCell;
use std::fmt::Display;

use serde_saphyr::Location;
use sixlo_frames::context::{Context, ContextTable};
use sixlo_judge::profile::Addresses;

use crate::catalogue::error::CatalogueError;
use crate::catalogue::parameters::{self, Parameters};
use crate::catalogue::yaml::{self, At, scalar::Number};

/// What names mean in one case.
pub(super) struct Scope<'a> {
    pub file: &'a str,
    pub parameters: &'a Parameters,
    /// Everybody's addresses; the DUT's are its own where the case gives it fresh ones.
    pub nodes: Addresses,
    /// The contexts the case gives.
    pub contexts: ContextTable,
    errors: &'a RefCell<Vec<CatalogueError>>,
}

impl<'a> Scope<'a> {
    pub fn new(
        file: &'a str,
        parameters: &'a Parameters,
        errors: &'a RefCell<Vec<CatalogueError>>,
    ) -> Self {
        Scope {
            file,
            parameters,
            nodes: parameters.addresses.clone(),
            contexts: ContextTable::new(),
            errors,
        }
    }

    /// Notes an error; `None`, so that a caller can go on with the rest.
    pub fn fail<T>(&self, at: Location, text: impl Display) -> Option<T> {
        let place = yaml::place(self.file, at);
        let error = CatalogueError::new(place, text.to_string());
        self.errors.borrow_mut().push(error);
        None
    }

    /// The value, or its error noted.
    pub fn take<T>(&self, at: Location, result: Result<T, String>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(text) => self.fail(at, text),
        }
    }

    /// The context with this number: the case's own, else the parameter called `context-N`.
    pub fn context(&self, id: u8) -> Result<Context, String> {
        if id > 15 {
            return Err(format!("there is no context {id} (0 to 15)"));
        }
        let named = || {
            let exact = format!("context-{id}");
            let longer = format!("context-{id}-");
            let mut all = self.parameters.prefixes.iter();
            all.find(|(name, _)| **name == exact || name.starts_with(&longer))
                .map(|(_, context)| *context)
        };
        self.contexts
            .get(id)
            .copied()
            .or_else(named)
            .ok_or_else(|| format!("context {id} is neither given nor a parameter"))
    }

    /// A prefix: `pixit.…` or a literal.
    pub fn prefix(&self, text: &str) -> Result<Context, String> {
        match text.strip_prefix("pixit.") {
            Some(name) => self.parameters.prefixes.get(name).copied().ok_or_else(|| {
                let known: Vec<_> = self.parameters.prefixes.keys().cloned().collect();
                format!("no prefix is called `{text}` (known: {})", known.join(", "))
            }),
            None => parameters::prefix(text)
                .ok_or_else(|| format!("`{text}` is no prefix (such as `2001:db8::/64`)")),
        }
    }

    /// A port: a number or `pixit.…`.
    pub fn port(&self, number: &At<Number>) -> Option<u16> {
        match &number.value {
            Number::Is(value) => match u16::try_from(*value) {
                Ok(port) => Some(port),
                Err(_) => self.fail(
                    number.referenced,
                    format!("{value} is no port (at most 65535)"),
                ),
            },
            Number::Named(name) => {
                let port = name
                    .strip_prefix("pixit.")
                    .and_then(|name| self.parameters.ports.get(name));
                match port {
                    Some(port) => Some(*port),
                    None => {
                        let known: Vec<_> = self.parameters.ports.keys().cloned().collect();
                        let known = known.join(", ");
                        self.fail(
                            number.referenced,
                            format!("no port is called `{name}` (known: pixit. with {known})"),
                        )
                    }
                }
            }
        }
    }
}
