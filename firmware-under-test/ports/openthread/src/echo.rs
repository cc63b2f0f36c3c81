//! UDP ports that answer with the payload they get.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::ffi::c_void;
use core::ptr;

use openthread_sys as ot;

/// The open ports of an instance. OpenThread keeps pointers to the sockets until they are closed.
pub struct Echoes {
    instance: *mut ot::otInstance,
    open: Vec<(u16, *mut ot::otUdpSocket)>,
}

impl Echoes {
    /// None yet.
    pub fn new(instance: *mut ot::otInstance) -> Self {
        Echoes {
            instance,
            open: Vec::new(),
        }
    }

    /// Opens one more, unless it is open.
    pub fn open(&mut self, port: u16) -> ot::otError {
        if self.open.iter().any(|(open, _)| *open == port) {
            return ot::otError_OT_ERROR_NONE;
        }
        let name = ot::otSockAddr {
            mPort: port,
            ..ot::otSockAddr::default()
        };
        let socket = Box::into_raw(Box::default());
        // SAFETY: `instance` is initialised; the socket lives until `close` has closed it, and the
        // answer to a datagram is sent through it, so it is what comes back as context.
        let code = unsafe {
            match ot::otUdpOpen(self.instance, socket, Some(echo), socket.cast()) {
                ot::otError_OT_ERROR_NONE => ot::otUdpBind(
                    self.instance,
                    socket,
                    &name,
                    ot::otNetifIdentifier_OT_NETIF_THREAD_INTERNAL,
                ),
                code => code,
            }
        };
        self.open.push((port, socket));
        code
    }

    /// Closes them all.
    pub fn close(&mut self) {
        for (_, socket) in self.open.drain(..) {
            // SAFETY: the socket came from a box, and once closed OpenThread has no pointer to it.
            unsafe {
                ot::otUdpClose(self.instance, socket);
                drop(Box::from_raw(socket));
            }
        }
    }
}

unsafe extern "C" fn echo(
    socket: *mut c_void,
    message: *mut ot::otMessage,
    about: *const ot::otMessageInfo,
) {
    // SAFETY: udp.h says that the message, whose offset is at its payload, and what is said about
    // it are the caller's during the call, in which nothing else uses them; the reply is this
    // function's until otUdpSend takes it or refuses it.
    unsafe {
        let instance = ot::otMessageGetInstance(message);
        let offset = ot::otMessageGetOffset(message);
        let mut payload = vec![0u8; (ot::otMessageGetLength(message) - offset).into()];
        let length = payload.len() as u16;
        ot::otMessageRead(message, offset, payload.as_mut_ptr().cast(), length);
        let mut back = ot::otMessageInfo {
            mPeerAddr: (*about).mPeerAddr,
            mPeerPort: (*about).mPeerPort,
            ..ot::otMessageInfo::default()
        };
        // From the address that was asked; from one of its own choice if that was a group's.
        if (*about).mSockAddr.mFields.m8[0] != 0xff {
            back.mSockAddr = (*about).mSockAddr;
        }
        let reply = ot::otUdpNewMessage(instance, ptr::null());
        if reply.is_null() {
            return;
        }
        let is_sent = ot::otMessageAppend(reply, payload.as_ptr().cast(), length)
            == ot::otError_OT_ERROR_NONE
            && ot::otUdpSend(instance, socket.cast(), reply, &back) == ot::otError_OT_ERROR_NONE;
        if !is_sent {
            ot::otMessageFree(reply);
        }
    }
}
