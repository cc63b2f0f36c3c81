//! Names of things, kept apart by type.

use std::fmt;

macro_rules! name {
    ($(#[$doc:meta])* $type:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(transparent)]
        pub struct $type(pub String);

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl From<&str> for $type {
            fn from(text: &str) -> Self {
                $type(text.to_owned())
            }
        }
    };
}

name! {
    /// A test case: its file's stem, such as `iphc-all-in-line`.
    CaseId
}
name! {
    /// A device under test: the title of its column.
    DutName
}
name! {
    /// One trial of one case on one device: a hash, so that a resumed run and a
    /// repeated run name it alike.
    TrialId
}
name! {
    /// A topic of `rows.yaml`; some topics are rows of Figure 2.
    Topic
}
name! {
    /// Where the idea of a case comes from: a test description such as `TD_6Lo_HC_01`,
    /// or a bug once seen in the field such as `CNG-03`.
    Origin
}
name! {
    /// A testable requirement of `requirements.yaml`.
    RequirementId
}
