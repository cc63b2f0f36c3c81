//! Unpacks a bundle, once all of it is as its manifest says.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use super::error::BundleError;
use super::verify::{Verified, open, verify};

/// Unpacks a bundle into a folder that is not there yet.
///
/// # Errors
/// It is no bundle, or not as it was made; the folder is there already, or cannot be written.
pub fn unpack(path: &Path, into: &Path) -> Result<Verified, BundleError> {
    if into.exists() {
        return Err(BundleError::Exists {
            path: into.to_owned(),
        });
    }
    let verified = verify(path)?;
    if let Some(what) = verified.differences.first() {
        return Err(BundleError::Damaged {
            path: path.to_owned(),
            what: what.clone(),
        });
    }
    let mut zip = open(path)?;
    for member in &verified.manifest.files {
        let target = into.join(&member.name);
        let failed = |error: io::Error| BundleError::Write {
            path: target.clone(),
            error,
        };
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        let file = zip
            .by_name(&member.name)
            .map_err(|error| BundleError::NoZip {
                path: path.to_owned(),
                error,
            })?;
        let mut out = File::create_new(&target).map_err(failed)?;
        io::copy(&mut file.take(member.octets), &mut out).map_err(failed)?;
    }
    Ok(verified)
}
