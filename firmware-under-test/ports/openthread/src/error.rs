//! OpenThread's error codes as answers to the harness.

use openthread_sys as ot;
use sixlo_agent::Outcome;

/// What a call that returned this code means to whoever asked for it.
pub fn outcome(code: ot::otError) -> Outcome {
    Outcome::Refused(match code {
        ot::otError_OT_ERROR_NONE => return Outcome::Done,
        ot::otError_OT_ERROR_DROP => "stack: dropped",
        ot::otError_OT_ERROR_NO_BUFS => "stack: no room for another one",
        ot::otError_OT_ERROR_NO_ROUTE => "stack: no route",
        ot::otError_OT_ERROR_INVALID_ARGS => "stack: invalid argument",
        ot::otError_OT_ERROR_PARSE => "stack: not readable as an IPv6 packet",
        ot::otError_OT_ERROR_INVALID_STATE => "stack: not in its present state",
        ot::otError_OT_ERROR_INVALID_SOURCE_ADDRESS => "stack: invalid source address",
        _ => "stack: refused",
    })
}
