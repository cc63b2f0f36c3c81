//! Holds a bundle against its manifest. It comes from anybody: every length is limited, and
//! no file of it is held in memory.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use sha2::{Digest, Sha256};
use zip::ZipArchive;
use zip::result::ZipError;

use super::error::BundleError;
use super::manifest::{FORMAT, Manifest, Member, VERSION};
use super::{MANIFEST, MAX_OCTETS, name};

/// Octets that are read at a time.
pub(super) const CHUNK: usize = 1 << 16;
/// The longest manifest, in octets: some hundred thousand files.
const MAX_MANIFEST_OCTETS: u64 = 64 << 20;

pub(super) type Zip = ZipArchive<BufReader<File>>;

/// What a bundle came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Verified {
    /// What it says of itself.
    pub manifest: Manifest,
    /// SHA-256 of the manifest: it stands for the whole bundle.
    pub sha256: String,
    /// Where it is not what its manifest says, one line each.
    pub differences: Vec<String>,
}

/// Reads all of a bundle, and says where it is not what its manifest says.
///
/// # Errors
/// It cannot be read, or is none.
pub fn verify(path: &Path) -> Result<Verified, BundleError> {
    let mut zip = open(path)?;
    let (manifest, sha256) = manifest(path, &mut zip)?;
    let mut differences = Vec::new();
    let mut left: BTreeMap<&str, &Member> = BTreeMap::new();
    for member in &manifest.files {
        if !name::is_safe(&member.name) || member.name == MANIFEST {
            differences.push(format!(
                "manifest: `{}` is no name of a file here",
                member.name.escape_debug()
            ));
        } else if left.insert(&member.name, member).is_some() {
            differences.push(format!("manifest: {} stands there twice", member.name));
        }
    }
    if zip.has_duplicate_names() {
        differences.push("two files of the zip have one name".to_owned());
    }
    if zip.has_overlapping_entries().unwrap_or(true) {
        differences.push("files of the zip lie over each other".to_owned());
        // Each of them may be all of it: nothing of that is worth reading.
        return Ok(Verified {
            manifest,
            sha256,
            differences,
        });
    }
    for at in 0..zip.len() {
        let name = match zip
            .by_index_raw(at)
            .map(|file| file.name().map(|name| name.into_owned()))
        {
            Ok(Ok(name)) => name,
            _ => {
                differences.push(format!("file {} of the zip has no readable name", at + 1));
                continue;
            }
        };
        if name == MANIFEST {
            continue;
        }
        let Some(member) = left.remove(name.as_str()) else {
            differences.push(format!("{} is not in the manifest", name.escape_debug()));
            continue;
        };
        if let Err(what) = compare(&mut zip, at, member) {
            differences.push(format!("{}: {what}", member.name));
        }
    }
    differences.extend(left.keys().map(|name| format!("{name} is missing")));
    Ok(Verified {
        manifest,
        sha256,
        differences,
    })
}

pub(super) fn open(path: &Path) -> Result<Zip, BundleError> {
    let file = File::open(path).map_err(|error| BundleError::Read {
        path: path.to_owned(),
        error,
    })?;
    if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
        return Err(no_bundle(path, "a folder"));
    }
    ZipArchive::new(BufReader::new(file)).map_err(|error| BundleError::NoZip {
        path: path.to_owned(),
        error,
    })
}

fn no_bundle(path: &Path, what: impl Into<String>) -> BundleError {
    BundleError::NoBundle {
        path: path.to_owned(),
        what: what.into(),
    }
}

fn manifest(path: &Path, zip: &mut Zip) -> Result<(Manifest, String), BundleError> {
    let broken = |error: ZipError| match error {
        ZipError::FileNotFound => no_bundle(path, format!("it holds no {MANIFEST}")),
        error => no_bundle(path, format!("{MANIFEST}: {error}")),
    };
    let file = zip.by_name(MANIFEST).map_err(broken)?;
    let mut text = Vec::new();
    file.take(MAX_MANIFEST_OCTETS + 1)
        .read_to_end(&mut text)
        .map_err(|error| no_bundle(path, format!("{MANIFEST}: {error}")))?;
    if text.len() as u64 > MAX_MANIFEST_OCTETS {
        return Err(no_bundle(
            path,
            format!("{MANIFEST} is longer than {MAX_MANIFEST_OCTETS} octets"),
        ));
    }
    let manifest: Manifest = serde_json::from_slice(&text)
        .map_err(|error| no_bundle(path, format!("{MANIFEST}: {error}")))?;
    if manifest.format != FORMAT || manifest.version != VERSION {
        let what = format!(
            "{MANIFEST} is of `{}` version {}, this program reads `{FORMAT}` version {VERSION}",
            manifest.format.escape_debug(),
            manifest.version
        );
        return Err(no_bundle(path, what));
    }
    let total = manifest
        .files
        .iter()
        .try_fold(0u64, |sum, member| sum.checked_add(member.octets));
    match total {
        Some(total) if total <= MAX_OCTETS => {}
        _ => {
            let what = format!("its files hold more than {MAX_OCTETS} octets together");
            return Err(no_bundle(path, what));
        }
    }
    Ok((manifest, hexadecimal(&Sha256::digest(&text))))
}

/// Reads no more of a file than the manifest says it holds.
fn compare(zip: &mut Zip, at: usize, member: &Member) -> Result<(), String> {
    let file = zip.by_index(at).map_err(|error| error.to_string())?;
    let mut hash = Sha256::new();
    let mut octets = 0;
    let mut file = file.take(member.octets.saturating_add(1));
    let mut chunk = vec![0; CHUNK];
    loop {
        match file.read(&mut chunk) {
            Ok(0) => break,
            Ok(length) => {
                hash.update(&chunk[..length]);
                octets += length as u64;
            }
            Err(error) => return Err(error.to_string()),
        }
    }
    if octets != member.octets {
        let more = if octets > member.octets {
            "more"
        } else {
            "fewer"
        };
        return Err(format!(
            "{more} octets than the {} of the manifest",
            member.octets
        ));
    }
    if hexadecimal(&hash.finalize()) != member.sha256 {
        return Err("its hash is not that of the manifest".to_owned());
    }
    Ok(())
}

pub(super) fn hexadecimal(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}
