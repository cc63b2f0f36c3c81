//! The one OpenThread instance of this program, driven from outside.

use alloc::vec;
use alloc::vec::Vec;
use core::ffi::c_void;
use core::ptr;

use openthread_sys as ot;
use sixlo_agent::{Outbox, Outcome};

use crate::echo::Echoes;
use crate::error::outcome;
use crate::identity::dataset;
use crate::network::{Network, Role};
use crate::platform::{self, Entropy, Flash};
use crate::registration::register;
use crate::settings::Settings;

/// Seconds that a parent waits for a child: longer than any run, and no more than
/// OpenThread can count in milliseconds.
const CHILD_TIMEOUT_S: u32 = 1_000_000;
/// The router id of a leader: its 16-bit address is 1800, and those of its children 1801, 1802, …
const ROUTER_ID: u8 = 6;
/// UDP port of MLE, which is no affair of whoever looks at packets.
const MLE_PORT: u16 = 19788;

/// A running instance. There is one at most in a program: it lives in OpenThread's own memory.
pub struct Node {
    instance: *mut ot::otInstance,
    echoes: Echoes,
}

impl Node {
    /// A node that has just been switched on, with nothing in its flash, and looks
    /// for its network; `before` it is switched off.
    pub fn restart(before: Option<Node>, network: &Network, settings: &Settings) -> Node {
        drop(before);
        platform::with(|hardware| {
            hardware.alarm.stop();
            hardware.radio.restart(settings.eui64);
            hardware.entropy = Entropy::seeded(settings.eui64);
            hardware.flash = Flash::default();
            hardware.delivered.clear();
        });
        // SAFETY: no instance is alive: the one before has been finalised.
        let instance = unsafe { ot::otInstanceInitSingle() };
        let mut node = Node {
            instance,
            echoes: Echoes::new(instance),
        };
        node.join(network, settings);
        node.tell(settings);
        node.apply(settings);
        node
    }

    fn join(&mut self, network: &Network, settings: &Settings) {
        let address = ot::otExtAddress { m8: settings.eui64 };
        let dataset = dataset(network, settings);
        let mut mode = ot::otLinkModeConfig::default();
        mode.set_mRxOnWhenIdle(true);
        mode.set_mNetworkData(true);
        mode.set_mDeviceType(network.role == Role::Leader);
        let instance = self.instance;
        // SAFETY: `instance` is initialised; what is passed by pointer is copied during the call.
        let codes = unsafe {
            ot::otIp6SetReceiveCallback(instance, Some(delivered), ptr::null_mut());
            ot::otThreadSetChildTimeout(instance, CHILD_TIMEOUT_S);
            [
                ot::otLinkSetExtendedAddress(instance, &address),
                ot::otDatasetSetActive(instance, &dataset),
                ot::otThreadSetLinkMode(instance, mode),
                ot::otIp6SetEnabled(instance, true),
                ot::otThreadSetEnabled(instance, true),
                match network.role {
                    Role::Child => ot::otError_OT_ERROR_NONE,
                    Role::Leader => lead(instance),
                },
            ]
        };
        assert!(
            codes.iter().all(|code| *code == ot::otError_OT_ERROR_NONE),
            "a node that has just been made refuses its network: {codes:?}"
        );
    }

    /// Lets a leader tell its contexts. What does not fit into network data it does not tell:
    /// whoever reads them sees that.
    fn tell(&mut self, settings: &Settings) {
        register(self.instance, settings.contexts.in_order());
    }

    /// Gives it addresses, groups and ports that it has not yet.
    pub fn apply(&mut self, settings: &Settings) -> Outcome {
        let addresses = settings.addresses.iter().map(|one| self.add_address(one));
        let groups = settings.groups.iter().map(|group| self.join_group(*group));
        let mut outcomes: Vec<_> = addresses.chain(groups).collect();
        outcomes.extend(
            settings
                .ports
                .iter()
                .map(|port| outcome(self.echoes.open(*port))),
        );
        let refused = outcomes
            .into_iter()
            .find(|outcome| *outcome != Outcome::Done);
        refused.unwrap_or(Outcome::Done)
    }

    fn add_address(&self, &(octets, prefix_length): &([u8; 16], u8)) -> Outcome {
        let address = address(octets);
        // SAFETY: `instance` is initialised; the address is read during the call.
        if unsafe { ot::otIp6HasUnicastAddress(self.instance, &address) } {
            return Outcome::Done;
        }
        let mut unicast = ot::otNetifAddress {
            mAddress: address,
            mPrefixLength: prefix_length,
            mAddressOrigin: ot::OT_ADDRESS_ORIGIN_MANUAL as u8,
            ..ot::otNetifAddress::default()
        };
        unicast.set_mPreferred(true);
        unicast.set_mValid(true);
        // SAFETY: as above; OpenThread copies it.
        outcome(unsafe { ot::otIp6AddUnicastAddress(self.instance, &unicast) })
    }

    fn join_group(&self, group: [u8; 16]) -> Outcome {
        // SAFETY: `instance` is initialised; the address is copied.
        match unsafe { ot::otIp6SubscribeMulticastAddress(self.instance, &address(group)) } {
            // It is in that group already, by itself or because it was told to.
            ot::otError_OT_ERROR_ALREADY | ot::otError_OT_ERROR_REJECTED => Outcome::Done,
            code => outcome(code),
        }
    }

    /// A PSDU is on the air.
    pub fn hear(&mut self, psdu: &[u8]) {
        if let Some(channel) = platform::with(|hardware| hardware.radio.hears(psdu)) {
            platform::received(self.instance, channel, psdu);
        }
    }

    /// Sends a whole packet.
    pub fn send(&mut self, packet: &[u8]) -> Outcome {
        let Ok(length) = u16::try_from(packet.len()) else {
            return Outcome::Refused("port: longer than an IPv6 packet");
        };
        let settings = ot::otMessageSettings {
            mLinkSecurityEnabled: true,
            mPriority: ot::otMessagePriority_OT_MESSAGE_PRIORITY_NORMAL as u8,
        };
        // SAFETY: `instance` is initialised, `packet` has `length` octets, which are copied; the
        // message is this function's until otIp6Send takes it, whatever that answers.
        outcome(unsafe {
            let message =
                ot::otIp6NewMessageFromBuffer(self.instance, packet.as_ptr(), length, &settings);
            match message.is_null() {
                true => ot::otError_OT_ERROR_PARSE,
                false => ot::otIp6Send(self.instance, message),
            }
        })
    }

    /// Works off everything that is due now.
    pub fn settle(&mut self, out: &mut dyn Outbox) {
        loop {
            for packet in platform::with(|hardware| core::mem::take(&mut hardware.delivered)) {
                out.delivered(&packet);
            }
            if let Some(psdu) = platform::transmitted(self.instance) {
                out.transmitted(&psdu);
            } else if platform::with(|hardware| hardware.alarm.goes_off()) {
                // SAFETY: `instance` is initialised, and nothing of it is being executed.
                unsafe { ot::otPlatAlarmMilliFired(self.instance) };
            // SAFETY: as above.
            } else if unsafe { ot::otTaskletsArePending(self.instance) } {
                // SAFETY: as above.
                unsafe { ot::otTaskletsProcess(self.instance) };
            } else {
                break;
            }
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.echoes.close();
        // SAFETY: `instance` is initialised and used by nobody hereafter.
        unsafe { ot::otInstanceFinalize(self.instance) };
    }
}

/// # Safety
/// The instance is initialised.
unsafe fn lead(instance: *mut ot::otInstance) -> ot::otError {
    // SAFETY: the caller says so.
    unsafe {
        match ot::otThreadSetPreferredRouterId(instance, ROUTER_ID) {
            ot::otError_OT_ERROR_NONE => ot::otThreadBecomeLeader(instance),
            code => code,
        }
    }
}

fn address(octets: [u8; 16]) -> ot::otIp6Address {
    ot::otIp6Address {
        mFields: ot::otIp6Address__bindgen_ty_1 { m8: octets },
    }
}

/// OpenThread has restored a packet that is for this node.
unsafe extern "C" fn delivered(message: *mut ot::otMessage, _context: *mut c_void) {
    // SAFETY: the message is this function's, ip6.h says; `packet` has room for its length.
    let packet = unsafe {
        let mut packet = vec![0; ot::otMessageGetLength(message).into()];
        let length = ot::otMessageRead(message, 0, packet.as_mut_ptr().cast(), packet.len() as u16);
        packet.truncate(length.into());
        ot::otMessageFree(message);
        packet
    };
    if !is_mle(&packet) {
        platform::with(|hardware| hardware.delivered.push(packet));
    }
}

/// Whether a packet is of the protocol by which Thread nodes find each other.
fn is_mle(packet: &[u8]) -> bool {
    const UDP: u8 = 17;
    packet.get(6) == Some(&UDP) && packet.get(42..44) == Some(&MLE_PORT.to_be_bytes()[..])
}
