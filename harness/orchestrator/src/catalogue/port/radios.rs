//! Radios that a device without wires is played through, and lines of octets: what dut.yaml
//! says of them.

use serde::Deserialize;
use serde_json::{Value, json};

use super::bridge::Reader;
use crate::catalogue::error::CatalogueError;
use crate::catalogue::yaml::{At, scalar::Octets};

/// A serial port's rate where none is given: that of most boards' USB ports.
const BAUD: u32 = 115_200;

/// A radio of the rack.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum RawRadio {
    /// One that speaks the agent protocol, and takes the roles of a radio.
    Agent(At<RawLine>),
    /// A radio co-processor that speaks Spinel.
    Spinel(At<RawSpinel>),
    /// Nordic's sniffer for IEEE 802.15.4, which sends nothing.
    NordicSniffer(At<RawLine>),
    /// A UDP socket address that speaks ZEP.
    Zep(At<String>),
    /// A monitor interface of this machine.
    Wpan(At<String>),
}

/// Where a line of octets leads; one of these.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawLine {
    /// A serial port.
    serial: Option<RawSerial>,
    /// A serial server, `host:port`.
    tcp: Option<At<String>>,
    /// A program and its arguments: its stdin and stdout.
    program: Option<At<Vec<At<String>>>>,
}

/// The same for a co-processor, which may have addresses of its own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawSpinel {
    serial: Option<RawSerial>,
    tcp: Option<At<String>>,
    program: Option<At<Vec<At<String>>>>,
    /// As an injector it acknowledges what is sent to these.
    acknowledges: Option<RawOwn>,
}

/// A serial port.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawSerial {
    /// Its path, such as `/dev/serial/by-id/…`.
    path: At<String>,
    /// Bits a second, of any number.
    baud: Option<At<u32>>,
    /// Whether RTS and CTS stop the octets and let them go.
    #[serde(default)]
    flow_control: bool,
}

/// Addresses of the tester's.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawOwn {
    pan_id: u16,
    /// 0xffff, where left out: none.
    short: Option<u16>,
    eui64: At<Octets>,
}

/// A radio, where a file other than dut.yaml speaks of one.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct Radio(RawRadio);

impl Radio {
    /// What a bridge is told of it; what is wrong goes to `errors`.
    pub fn settings(&self, file: &str, errors: &mut Vec<CatalogueError>) -> Value {
        Reader::of(file, errors).radio(&self.0)
    }

    /// Whether it can put frames on air.
    pub fn can_inject(&self) -> bool {
        !matches!(self.0, RawRadio::NordicSniffer(_))
    }
}

impl Reader<'_> {
    /// A radio that puts frames on air.
    pub(super) fn injector(&mut self, raw: &RawRadio) -> Value {
        if let RawRadio::NordicSniffer(line) = raw {
            let text = "a nordic-sniffer sends nothing: it is no injector (known: agent, spinel, \
                        zep, wpan)";
            self.fail(line, text.to_owned());
        }
        self.radio(raw)
    }

    /// A radio.
    pub(super) fn radio(&mut self, raw: &RawRadio) -> Value {
        match raw {
            RawRadio::Agent(line) => json!({ "agent": self.any_line(line) }),
            RawRadio::NordicSniffer(line) => json!({ "nordic-sniffer": self.any_line(line) }),
            RawRadio::Spinel(raw) => {
                let RawSpinel {
                    serial,
                    tcp,
                    program,
                    ..
                } = &raw.value;
                let own = raw.value.acknowledges.as_ref();
                json!({ "spinel": {
                    "line": self.line_to(raw, serial.as_ref(), tcp.as_ref(), program.as_ref()),
                    "acknowledges": own.map(|own| self.own(own)),
                } })
            }
            RawRadio::Zep(address) => {
                if address.value.parse::<std::net::SocketAddr>().is_err() {
                    let text = format!(
                        "`{}` is no socket address (such as `127.0.0.1:17754`)",
                        address.value
                    );
                    self.fail(address, text);
                }
                json!({ "zep": address.value })
            }
            RawRadio::Wpan(monitor) => json!({ "wpan": monitor.value }),
        }
    }

    fn any_line(&mut self, raw: &At<RawLine>) -> Value {
        let RawLine {
            serial,
            tcp,
            program,
        } = &raw.value;
        self.line_to(raw, serial.as_ref(), tcp.as_ref(), program.as_ref())
    }

    /// Where a line leads, checked.
    fn line_to<T>(
        &mut self,
        at: &At<T>,
        serial: Option<&RawSerial>,
        tcp: Option<&At<String>>,
        program: Option<&At<Vec<At<String>>>>,
    ) -> Value {
        match (serial, tcp, program) {
            (Some(serial), None, None) => json!({ "serial": self.serial(serial) }),
            (None, Some(address), None) => json!({ "tcp": self.host_and_port(address) }),
            (None, None, Some(words)) => json!({ "program": self.command(words, &[]) }),
            _ => {
                let text = "a line leads to one of these: `serial: { path: /dev/serial/by-id/…, \
                            baud: 115200 }`, `tcp: host:port`, `program: [path, argument]`";
                self.fail(at, text.to_owned());
                Value::Null
            }
        }
    }

    /// A serial port, checked.
    pub(super) fn serial(&mut self, raw: &RawSerial) -> Value {
        if raw.path.value.is_empty() {
            let text = "a serial port has a path, such as /dev/serial/by-id/usb-…-if00";
            self.fail(&raw.path, text.to_owned());
        }
        if let Some(baud) = &raw.baud
            && baud.value == 0
        {
            self.fail(baud, "a rate is 1 bit a second or more".to_owned());
        }
        json!({
            "path": raw.path.value,
            "baud": raw.baud.as_ref().map_or(BAUD, |baud| baud.value),
            "flow-control": raw.flow_control,
        })
    }

    /// A serial server's address, checked; a host's name is looked up when it is opened.
    pub(super) fn host_and_port(&mut self, address: &At<String>) -> String {
        let port = address.value.rsplit_once(':').map(|(_, port)| port);
        if port.is_none_or(|port| !port.parse::<u16>().is_ok_and(|port| port != 0)) {
            let text = format!(
                "`{}` is no host and port (such as `server.lan:2001`)",
                address.value
            );
            self.fail(address, text);
        }
        address.value.clone()
    }

    fn own(&mut self, raw: &RawOwn) -> Value {
        let eui64 = <[u8; 8]>::try_from(raw.eui64.value.0.as_slice());
        if eui64.is_err() {
            self.fail(&raw.eui64, "an EUI-64 has eight octets".to_owned());
        }
        json!({
            "pan-id": raw.pan_id,
            "short": raw.short.unwrap_or(0xffff),
            "eui64": u64::from_be_bytes(eui64.unwrap_or_default()),
        })
    }
}
