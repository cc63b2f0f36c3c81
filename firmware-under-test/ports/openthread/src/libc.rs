//! What OpenThread calls of C's library and no compiler brings on bare metal: `strcmp`,
//! `strstr`, and the two questions about ASCII of `<ctype.h>`.

use core::ffi::{CStr, c_char, c_int};
use core::ptr;

#[unsafe(no_mangle)]
unsafe extern "C" fn strcmp(left: *const c_char, right: *const c_char) -> c_int {
    // SAFETY: C11 7.24.4.2: both point to strings that end with a zero.
    let (left, right) = unsafe { (CStr::from_ptr(left), CStr::from_ptr(right)) };
    left.cmp(right) as c_int
}

#[unsafe(no_mangle)]
unsafe extern "C" fn strstr(text: *const c_char, part: *const c_char) -> *mut c_char {
    // SAFETY: C11 7.24.5.7: both point to strings that end with a zero.
    let (octets, part) = unsafe { (CStr::from_ptr(text), CStr::from_ptr(part).to_bytes()) };
    let octets = octets.to_bytes();
    let found = (0..=octets.len()).find(|at| octets[*at..].starts_with(part));
    found.map_or(ptr::null_mut(), |at| text.wrapping_add(at).cast_mut())
}

#[unsafe(no_mangle)]
extern "C" fn isprint(character: c_int) -> c_int {
    matches!(character, 0x20..=0x7e).into()
}

#[unsafe(no_mangle)]
extern "C" fn iscntrl(character: c_int) -> c_int {
    matches!(character, 0..=0x1f | 0x7f).into()
}
