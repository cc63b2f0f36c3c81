//! The Thread network that a node belongs to.

use openthread_sys as ot;

use crate::network::Network;
use crate::settings::Settings;

/// The extended PAN id.
const EXTENDED_PAN: [u8; 8] = [0xde, 0xad, 0x00, 0xbe, 0xef, 0x00, 0xca, 0xfe];
/// The network's name.
const NAME: &[u8] = b"sixlo";

/// The operational dataset of that network.
pub fn dataset(network: &Network, settings: &Settings) -> ot::otOperationalDataset {
    let mut dataset = ot::otOperationalDataset::default();
    dataset.mActiveTimestamp.mSeconds = 1;
    dataset.mComponents.mIsActiveTimestampPresent = true;
    dataset.mNetworkKey.m8 = network.network_key;
    dataset.mComponents.mIsNetworkKeyPresent = true;
    for (to, from) in dataset.mNetworkName.m8.iter_mut().zip(NAME) {
        *to = *from as _;
    }
    dataset.mComponents.mIsNetworkNamePresent = true;
    dataset.mExtendedPanId.m8 = EXTENDED_PAN;
    dataset.mComponents.mIsExtendedPanIdPresent = true;
    dataset.mMeshLocalPrefix.m8 = network.mesh_local_prefix;
    dataset.mComponents.mIsMeshLocalPrefixPresent = true;
    dataset.mPanId = settings.pan;
    dataset.mComponents.mIsPanIdPresent = true;
    dataset.mChannel = settings.channel.into();
    dataset.mComponents.mIsChannelPresent = true;
    dataset.mChannelMask = 1 << settings.channel;
    dataset.mComponents.mIsChannelMaskPresent = true;
    dataset
}
