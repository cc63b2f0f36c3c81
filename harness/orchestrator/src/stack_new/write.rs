//! A folder that was not there, or nothing.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::{File, NewError};

/// Makes the folder and its files. Where one cannot be written, those before it go away again.
///
/// # Errors
/// If the folder is there already, or the system says no.
pub fn write(folder: &Path, files: &[File]) -> Result<(), NewError> {
    let wrong = |path: &Path, error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => NewError::Exists {
            path: path.to_owned(),
        },
        _ => NewError::Write {
            path: path.to_owned(),
            error,
        },
    };
    // Whoever else makes it at this moment: one of both fails here.
    fs::create_dir(folder).map_err(|error| wrong(folder, error))?;
    for (written, file) in files.iter().enumerate() {
        let path = folder.join(file.name);
        if let Err(error) = write_file(&path, file) {
            for file in &files[..=written] {
                // What cannot be taken away again lies in a folder that was just made.
                let _ = fs::remove_file(folder.join(file.name));
            }
            let _ = fs::remove_dir(folder);
            return Err(wrong(&path, error));
        }
    }
    Ok(())
}

fn write_file(path: &Path, file: &File) -> io::Result<()> {
    let mode = if file.runs { 0o777 } else { 0o666 };
    let mut options = OpenOptions::new();
    options
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path)?
        .write_all(file.text.as_bytes())
}
