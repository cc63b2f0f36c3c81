//! Evidence made by hand, and what it must come to.

mod echo;
mod economy;
mod features;
mod forwarding;
mod guards;
mod play;
mod restored;
mod sending;
mod steps;
mod trouble;
mod vacuous;
