//! Writes a bundle.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;

use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::error::BundleError;
use super::manifest::{Manifest, Member};
use super::source::Source;
use super::{MANIFEST, verify};

/// Writes these files and the manifest into a zip at `path`; where it fails, nothing is left
/// there. The same files give the same octets.
///
/// # Errors
/// Something is there already; a source cannot be read; the zip cannot be written.
pub fn make(
    path: &Path,
    mut manifest: Manifest,
    sources: &[Source],
) -> Result<String, BundleError> {
    if path.exists() {
        return Err(BundleError::Exists {
            path: path.to_owned(),
        });
    }
    let unfinished = path.with_added_extension("part");
    let made = write(&unfinished, &mut manifest, sources).and_then(|hash| {
        fs::rename(&unfinished, path).map_err(|error| failed(path, error))?;
        Ok(hash)
    });
    if made.is_err() {
        // What is left of it is of no use, and the first error is the one to tell.
        let _ = fs::remove_file(&unfinished);
    }
    made
}

fn write(path: &Path, manifest: &mut Manifest, sources: &[Source]) -> Result<String, BundleError> {
    let file = File::create(path).map_err(|error| failed(path, error))?;
    let mut zip = ZipWriter::new(BufWriter::new(file));
    for source in sources {
        let member = add(&mut zip, path, &source.name, source.open()?)?;
        manifest.files.push(member);
    }
    let mut text = serde_json::to_vec_pretty(manifest).expect("a manifest is texts and numbers");
    text.push(b'\n');
    let member = add(&mut zip, path, MANIFEST, Box::new(text.as_slice()))?;
    let mut file = zip.finish().map_err(|error| failed(path, error.into()))?;
    file.flush().map_err(|error| failed(path, error))?;
    Ok(member.sha256)
}

fn add(
    zip: &mut ZipWriter<BufWriter<File>>,
    path: &Path,
    name: &str,
    mut content: Box<dyn Read + '_>,
) -> Result<Member, BundleError> {
    // No time of its own: the same run gives the same zip.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644)
        .large_file(true);
    zip.start_file(name, options)
        .map_err(|error| failed(path, error.into()))?;
    let mut member = Member {
        name: name.to_owned(),
        octets: 0,
        sha256: String::new(),
    };
    let mut hash = Sha256::new();
    let mut chunk = vec![0; verify::CHUNK];
    loop {
        let length = match content.read(&mut chunk) {
            Ok(0) => break,
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => {
                return Err(BundleError::Read {
                    path: name.into(),
                    error,
                });
            }
        };
        hash.update(&chunk[..length]);
        member.octets += length as u64;
        zip.write_all(&chunk[..length])
            .map_err(|error| failed(path, error))?;
    }
    member.sha256 = verify::hexadecimal(&hash.finalize());
    Ok(member)
}

fn failed(path: &Path, error: io::Error) -> BundleError {
    BundleError::Write {
        path: path.to_owned(),
        error,
    }
}
