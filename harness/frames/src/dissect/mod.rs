//! Octets to fields. It never fails: it returns what it could read and a list of problems.

mod dissection;

pub use dissection::{
    DissectOptions, Dissection, FcsMode, Field, FragmentInfo, MacInfo, Problem, ProblemKind,
};
