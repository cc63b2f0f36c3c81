//! Feature steps: whether the device used the form that a test description hopes for.
//!
//! ETSI's word for them is that they are no requirement for interoperability, so what is
//! found here goes beside the verdict and never into it. The finding itself is that of the
//! same expectation in `then`. What the device's frames cost against the best encoding is
//! [`economy`](super::economy)'s to say, of every trial; a feature names one form in one.

use super::expect::Scope;
use super::finding::{Finding, FindingKind};
use super::scene::Scene;
use crate::verdict::{FeatureStep, Kept, Seen};

impl Scene<'_> {
    /// What became of the trial's features, in the case's order.
    pub fn features(&self) -> Vec<FeatureStep> {
        self.trial
            .features
            .iter()
            .map(|feature| told(self.find(feature, Scope::default())))
            .collect()
    }
}

fn told(finding: Finding) -> FeatureStep {
    let kept = match finding.kind {
        FindingKind::Right | FindingKind::Deviation => Kept::Kept,
        FindingKind::WrongValue | FindingKind::Dropped if finding.seen > Seen::Nothing => {
            Kept::NotKept
        }
        _ => Kept::NotSeen,
    };
    FeatureStep {
        expected: finding.expected,
        observed: finding.observed,
        kept,
    }
}
