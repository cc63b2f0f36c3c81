//! Frames as one wants them, legal or not.

mod spec;

pub use spec::{
    Body, FragmentSpec, Fragmentation, FrameSpec, GhcCode, IphcSpec, MeshSpec, NhcSpec, Patch,
    PatchBase,
};
