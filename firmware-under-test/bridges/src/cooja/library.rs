//! The image as the dynamic linker sees it: symbols and how large they are.
#![allow(unsafe_code)]

use std::ffi::{CString, c_int, c_void};
use std::path::{Path, PathBuf};
use std::ptr::{null, null_mut};

use libc::{Dl_info, Elf64_Sym, RTLD_LOCAL, RTLD_NOW};
use libloading::os::unix;

/// Asks [`dladdr1`] for the symbol's entry in the symbol table, which has its size.
const RTLD_DL_SYMENT: c_int = 1;

unsafe extern "C" {
    /// dladdr(3) of glibc; the crate libc has only its smaller sister.
    fn dladdr1(
        address: *const c_void,
        info: *mut Dl_info,
        extra: *mut *mut c_void,
        flags: c_int,
    ) -> c_int;
}

/// Why an image cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// Not there, no shared object, of another machine, or with symbols that nothing has.
    #[error("{}: {why} (wanted: a mote built with `make TARGET=cooja` for this machine)", path.display())]
    NoSharedObject {
        /// The image.
        path: PathBuf,
        /// The dynamic linker's words.
        why: String,
    },
}

/// One symbol of the image.
#[derive(Debug, Clone, Copy)]
pub struct Symbol {
    /// Where it is.
    pub address: *mut u8,
    /// Octets it takes, as the image's symbol table says; 0 if it does not.
    pub size: usize,
}

/// A shared object, loaded for the rest of this process's life.
pub struct Library(unix::Library);

impl Library {
    /// Loads `path` and runs its constructors. What is at fault in there is at fault
    /// in this process, which therefore holds nothing but the one mote.
    pub fn open(path: &Path) -> Result<Self, LibraryError> {
        let failed = |why: String| LibraryError::NoSharedObject {
            path: path.to_owned(),
            why,
        };
        // Without a slash the dynamic linker would search the system for it.
        let place = path
            .canonicalize()
            .map_err(|error| failed(error.to_string()))?;
        // SAFETY: running the image's code is what this process is for.
        let library = unsafe { unix::Library::open(Some(&place), RTLD_NOW | RTLD_LOCAL) };
        library.map(Library).map_err(|error| failed(reason(&error)))
    }

    /// Finds a symbol of the image, or of what it is linked with.
    pub fn find(&self, name: &str) -> Option<Symbol> {
        let name = CString::new(name).ok()?;
        // SAFETY: only the address is taken; nothing is read or called here.
        let found = unsafe { self.0.get::<*mut c_void>(name.as_bytes_with_nul()) };
        let address = found.ok()?.as_raw_ptr().cast::<u8>();
        (!address.is_null()).then(|| Symbol {
            address,
            size: size_of_symbol(address),
        })
    }
}

/// The dynamic linker's own words.
fn reason(error: &libloading::Error) -> String {
    match std::error::Error::source(error) {
        Some(source) => source.to_string(),
        None => error.to_string(),
    }
}

fn size_of_symbol(address: *const u8) -> usize {
    let mut info = Dl_info {
        dli_fname: null(),
        dli_fbase: null_mut(),
        dli_sname: null(),
        dli_saddr: null_mut(),
    };
    let mut entry = null_mut::<c_void>();
    // SAFETY: both results are written to places of their types that live on.
    let found = unsafe { dladdr1(address.cast(), &mut info, &mut entry, RTLD_DL_SYMENT) };
    if found == 0 || entry.is_null() {
        return 0;
    }
    // SAFETY: with RTLD_DL_SYMENT the entry points into the object's symbol table.
    let size = unsafe { (*entry.cast::<Elf64_Sym>()).st_size };
    usize::try_from(size).unwrap_or(0)
}
