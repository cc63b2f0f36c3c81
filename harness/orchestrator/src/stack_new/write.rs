//! A folder that was not there, or nothing.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::{File, NewError};

/// Makes the folder and its files. Where one cannot be written, those before it go away again. A folder that is there
/// without a dut.yaml, for a stack that is only told of, gets the files that it lacks; those that it has stay as they are.
///
/// # Errors
/// If a port is there already, or the system says no.
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
    // Whoever else makes it at this moment: one of both fails here, or at dut.yaml.
    let is_new = match fs::create_dir(folder) {
        Ok(()) => true,
        Err(_) if folder.is_dir() && !folder.join("dut.yaml").exists() => false,
        Err(error) => return Err(wrong(folder, error)),
    };
    let mut written = Vec::new();
    for file in files {
        let path = folder.join(file.name);
        match write_file(&path, file) {
            Ok(()) => written.push(path),
            Err(error) => {
                let was_there = error.kind() == io::ErrorKind::AlreadyExists;
                if was_there && !is_new && file.name != "dut.yaml" {
                    continue;
                }
                if !was_there {
                    written.push(path.clone());
                }
                for path in &written {
                    // What cannot be taken away again lies in a folder that was just made.
                    let _ = fs::remove_file(path);
                }
                if is_new {
                    let _ = fs::remove_dir(folder);
                }
                return Err(wrong(&path, error));
            }
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
