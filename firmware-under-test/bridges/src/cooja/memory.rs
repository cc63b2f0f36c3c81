//! The mote's memory: its variables, and all of it as it was when it was loaded.
#![allow(unsafe_code)]

use std::ffi::c_int;

use libc::{PF_W, PT_GNU_RELRO, PT_LOAD, c_void, dl_iterate_phdr, dl_phdr_info, size_t};

use super::library::Symbol;

/// A number that mote and bridge share.
#[derive(Debug, Clone, Copy)]
pub struct Cell {
    address: *mut u8,
    /// In octets: 1, 2, 4 or 8.
    width: usize,
}

impl Cell {
    /// The variable of this symbol; none if it is not as large as a number.
    pub fn of(symbol: Symbol) -> Option<Self> {
        matches!(symbol.size, 1 | 2 | 4 | 8).then_some(Cell {
            address: symbol.address,
            width: symbol.size,
        })
    }

    /// Its value, without a sign.
    pub fn get(self) -> u64 {
        let mut octets = [0; 8];
        for (at, octet) in octets[..self.width].iter_mut().enumerate() {
            // SAFETY: within the variable; volatile, for the mote changes it behind
            // the compiler's back.
            *octet = unsafe { self.address.add(at).read_volatile() };
        }
        u64::from_le_bytes(octets)
    }

    /// Changes it; what does not fit is cut off.
    pub fn set(self, value: u64) {
        for (at, octet) in value.to_le_bytes()[..self.width].iter().enumerate() {
            // SAFETY: as above.
            unsafe { self.address.add(at).write_volatile(*octet) };
        }
    }
}

/// Octets that mote and bridge share.
#[derive(Debug, Clone, Copy)]
pub struct Buffer {
    address: *mut u8,
    /// How many there are.
    pub length: usize,
}

impl Buffer {
    /// The array of this symbol; none if the image does not say how long it is.
    pub fn of(symbol: Symbol) -> Option<Self> {
        (symbol.size > 0).then_some(Buffer {
            address: symbol.address,
            length: symbol.size,
        })
    }

    /// Its first octets; fewer if it has not as many.
    pub fn read(self, length: usize) -> Vec<u8> {
        let length = length.min(self.length);
        // SAFETY: within the array, which outlives this call.
        unsafe { std::slice::from_raw_parts(self.address, length) }.to_vec()
    }

    /// Puts octets at its start; false if they do not fit.
    pub fn write(self, octets: &[u8]) -> bool {
        let fits = octets.len() <= self.length;
        if fits {
            // SAFETY: they fit, and a slice of Rust's is none of the mote's memory.
            unsafe {
                self.address
                    .copy_from_nonoverlapping(octets.as_ptr(), octets.len())
            };
        }
        fits
    }
}

/// What is writable of the image, as it was at one time. Going back to it is the
/// mote's power-on: the same way Cooja keeps several motes of one image apart.
pub struct Snapshot(Vec<(*mut u8, Vec<u8>)>);

/// Asked of every loaded object: is it the one around `within`?
struct Search {
    within: usize,
    writable: Vec<(usize, usize)>,
}

impl Snapshot {
    /// Takes one of the object that contains this symbol.
    pub fn of(symbol: Symbol) -> Self {
        let mut search = Search {
            within: symbol.address as usize,
            writable: Vec::new(),
        };
        // SAFETY: `look` gets back the pointer to `search`, which outlives the call.
        unsafe { dl_iterate_phdr(Some(look), (&raw mut search).cast()) };
        let keep = |&(start, length): &(usize, usize)| {
            let start = start as *mut u8;
            // SAFETY: the loader has mapped this range readable and writable.
            (
                start,
                unsafe { std::slice::from_raw_parts(start, length) }.to_vec(),
            )
        };
        Snapshot(search.writable.iter().map(keep).collect())
    }

    /// Makes all of it as it was. Nothing of the mote may be running.
    pub fn restore(&self) {
        for (start, octets) in &self.0 {
            // SAFETY: the range is mapped as when it was kept, for nothing unloads it.
            unsafe { start.copy_from_nonoverlapping(octets.as_ptr(), octets.len()) };
        }
    }
}

/// Notes the writable ranges of the object that is looked for, without those that
/// the loader makes read-only once it has relocated them.
unsafe extern "C" fn look(info: *mut dl_phdr_info, _: size_t, search: *mut c_void) -> c_int {
    // SAFETY: `search` is what `Snapshot::of` has given, `info` the loader's.
    let (info, search) = unsafe { (&*info, &mut *search.cast::<Search>()) };
    // SAFETY: the loader gives the address and the number of its headers.
    let headers = unsafe { std::slice::from_raw_parts(info.dlpi_phdr, info.dlpi_phnum.into()) };
    let range = |start: u64, length: u64| {
        let start = (info.dlpi_addr + start) as usize;
        start..start + length as usize
    };
    let loads = || headers.iter().filter(|header| header.p_type == PT_LOAD);
    if !loads().any(|header| range(header.p_vaddr, header.p_memsz).contains(&search.within)) {
        return 0;
    }
    let sealed = headers.iter().find(|header| header.p_type == PT_GNU_RELRO);
    let sealed = sealed.map(|header| range(header.p_vaddr, header.p_memsz));
    for header in loads().filter(|header| header.p_flags & PF_W != 0) {
        let mut range = range(header.p_vaddr, header.p_memsz);
        if let Some(sealed) = &sealed
            && range.contains(&sealed.start)
        {
            // It stands at the segment's start, and ends with a page.
            range.start = sealed.end.next_multiple_of(page()).min(range.end);
        }
        search.writable.push((range.start, range.len()));
    }
    1
}

fn page() -> usize {
    rustix::param::page_size()
}
