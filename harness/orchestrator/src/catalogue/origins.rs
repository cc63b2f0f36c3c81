//! Where cases come from: what is named must be known, and what is known must have a case.

use std::cell::RefCell;
use std::collections::HashSet;

use super::description::Description;
use super::error::{CatalogueError, Place};
use super::resolve::Resolved;
use super::yaml;

/// Every origin is a test description of etsi.yaml or the number of a bug, and every
/// test description has a case.
pub(super) fn lint(
    resolved: &[Resolved],
    described: &[(Description, Place)],
    errors: &RefCell<Vec<CatalogueError>>,
) {
    let mut errors = errors.borrow_mut();
    let mut known: HashSet<&str> = HashSet::new();
    for (description, place) in described {
        if !known.insert(&description.id.0) {
            let text = format!("`{}` is described twice", description.id);
            errors.push(CatalogueError::new(place.clone(), text));
        }
    }
    let mut named: HashSet<&str> = HashSet::new();
    for Resolved { case, places } in resolved {
        let mut own = HashSet::new();
        for origin in &case.origin {
            let text = match () {
                () if !own.insert(origin) => format!("`{origin}` is named twice"),
                () if known.contains(origin.0.as_str()) || is_bug(&origin.0) => continue,
                () => format!(
                    "etsi.yaml has no `{origin}`, and it is no bug's number \
                     (allowed: an id of etsi.yaml such as `TD_6Lo_HC_01`, or letters, a hyphen and digits)"
                ),
            };
            let place = yaml::place(&places.file, places.origin);
            errors.push(CatalogueError::new(place, text));
        }
        named.extend(case.origin.iter().map(|origin| origin.0.as_str()));
    }
    for (description, place) in described {
        if !named.contains(description.id.0.as_str()) {
            let text = format!(
                "no case has `origin: {}` (write one, or add the id to the case that embodies it)",
                description.id
            );
            errors.push(CatalogueError::new(place.clone(), text));
        }
    }
}

/// `CNG-03`: a stack's letters and a number, for a bug once seen in the field.
fn is_bug(origin: &str) -> bool {
    origin.split_once('-').is_some_and(|(stack, number)| {
        !stack.is_empty()
            && !number.is_empty()
            && stack.chars().all(|c| c.is_ascii_uppercase())
            && number.chars().all(|c| c.is_ascii_digit())
    })
}
