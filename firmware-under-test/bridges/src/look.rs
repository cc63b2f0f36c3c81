//! A radio looked at before anything is played through it.

use std::time::{Duration, Instant};

use sixlo_agent_protocol::RadioRole;

use crate::error::BridgeError;
use crate::radios;
use crate::serve::wait_readable;
use crate::settings::Look;

/// Puts the radio in its role, listens for a while, and says in words what it found.
pub fn look(look: &Look) -> Result<Vec<String>, BridgeError> {
    let role = match look.injects {
        true => RadioRole::Inject,
        false => RadioRole::Sniff,
    };
    let mut radio = radios::open(&look.radio, look.channel, role)?;
    let mut words = radio.look()?;
    let limit = Duration::from_millis(look.listen_ms);
    let end = Instant::now() + limit;
    let (mut frames, mut strengths) = (0u64, None::<(i8, i8)>);
    loop {
        while let Some(heard) = radio.hear()? {
            frames += 1;
            if let Some(dbm) = heard.rssi_dbm {
                let (least, most) = strengths.unwrap_or((dbm, dbm));
                strengths = Some((least.min(dbm), most.max(dbm)));
            }
        }
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            break;
        }
        wait_readable(&radio.descriptors(), left)?;
    }
    let strengths = match strengths {
        Some((least, most)) => format!(", at {least} to {most} dBm"),
        None => String::new(),
    };
    words.push(format!(
        "{frames} frames heard within {} ms{strengths}",
        look.listen_ms
    ));
    Ok(words)
}
