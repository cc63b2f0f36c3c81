//! From what a case's file says to a case: every name becomes a value.

mod address;
mod case;
mod fragments;
mod frames;
mod given;
mod iphc;
mod mac;
mod packet;
mod pattern;
mod scope;
mod steps;
mod then;
mod upper;

pub(super) use case::{Places, Resolved, Variant, case};
