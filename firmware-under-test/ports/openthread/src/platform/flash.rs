//! What OpenThread keeps over a reboot, in memory: a list of values for each key.

use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;

use openthread_sys as ot;

use super::with;

/// Lists of values by key.
#[derive(Default)]
pub struct Flash {
    values: BTreeMap<u16, Vec<Vec<u8>>>,
}

impl Flash {
    fn remove(&mut self, key: u16, index: i32) -> bool {
        let Some(values) = self.values.get_mut(&key) else {
            return false;
        };
        match usize::try_from(index) {
            // Any negative index means all of them.
            Err(_) => values.clear(),
            Ok(index) if index < values.len() => drop(values.remove(index)),
            Ok(_) => return false,
        }
        if values.is_empty() {
            self.values.remove(&key);
        }
        true
    }
}

/// # Safety
/// `value` points to `length` octets.
unsafe fn copied(value: *const u8, length: u16) -> Vec<u8> {
    if value.is_null() || length == 0 {
        return Vec::new();
    }
    // SAFETY: as the caller promises.
    unsafe { core::slice::from_raw_parts(value, length.into()) }.to_vec()
}

#[unsafe(no_mangle)]
extern "C" fn otPlatSettingsInit(_: *mut ot::otInstance, _keys: *const u16, _length: u16) {}

#[unsafe(no_mangle)]
extern "C" fn otPlatSettingsDeinit(_: *mut ot::otInstance) {}

#[unsafe(no_mangle)]
unsafe extern "C" fn otPlatSettingsGet(
    _: *mut ot::otInstance,
    key: u16,
    index: i32,
    value: *mut u8,
    length: *mut u16,
) -> ot::otError {
    with(|hardware| {
        let Some(found) = hardware
            .flash
            .values
            .get(&key)
            .and_then(|values| values.get(usize::try_from(index).ok()?))
        else {
            return ot::otError_OT_ERROR_NOT_FOUND;
        };
        if length.is_null() {
            return ot::otError_OT_ERROR_NONE;
        }
        // SAFETY: `length` is not null, and then says how many octets there are at `value`,
        // settings.h says; both are the caller's during the call.
        unsafe {
            if !value.is_null() {
                let room = found.len().min(usize::from(*length));
                value.copy_from_nonoverlapping(found.as_ptr(), room);
            }
            // A value is never longer than the 16 bits it came with.
            *length = found.len() as u16;
        }
        ot::otError_OT_ERROR_NONE
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn otPlatSettingsSet(
    _: *mut ot::otInstance,
    key: u16,
    value: *const u8,
    length: u16,
) -> ot::otError {
    // SAFETY: settings.h says what `value` and `length` are.
    let value = unsafe { copied(value, length) };
    with(|hardware| hardware.flash.values.insert(key, vec![value]));
    ot::otError_OT_ERROR_NONE
}

#[unsafe(no_mangle)]
unsafe extern "C" fn otPlatSettingsAdd(
    _: *mut ot::otInstance,
    key: u16,
    value: *const u8,
    length: u16,
) -> ot::otError {
    // SAFETY: settings.h says what `value` and `length` are.
    let value = unsafe { copied(value, length) };
    with(|hardware| hardware.flash.values.entry(key).or_default().push(value));
    ot::otError_OT_ERROR_NONE
}

#[unsafe(no_mangle)]
extern "C" fn otPlatSettingsDelete(_: *mut ot::otInstance, key: u16, index: i32) -> ot::otError {
    match with(|hardware| hardware.flash.remove(key, index)) {
        true => ot::otError_OT_ERROR_NONE,
        false => ot::otError_OT_ERROR_NOT_FOUND,
    }
}

#[unsafe(no_mangle)]
extern "C" fn otPlatSettingsWipe(_: *mut ot::otInstance) {
    with(|hardware| hardware.flash.values.clear());
}
