//! What images differ in: the stack. How a board runs one is the board's to say.

/// The image of the reference node: `run` takes the node, of this level.
#[macro_export]
macro_rules! reference_image {
    ($run:path, $level:literal) => {
        static NODE: static_cell::ConstStaticCell<sixlo_port_p6lowpan::Reference<'static, $level>> =
            static_cell::ConstStaticCell::new(sixlo_port_p6lowpan::Reference::new(concat!(
                "level ", $level
            )));

        #[cortex_m_rt::entry]
        fn main() -> ! {
            $run(NODE.take())
        }
    };
}

/// The image of OpenThread in this role: `run` takes the node, whose settings and frames on
/// their way come from a heap of so many octets; what OpenThread allocates is in its own.
#[macro_export]
macro_rules! openthread_image {
    ($run:path, $role:ident, $heap:expr) => {
        #[cortex_m_rt::entry]
        fn main() -> ! {
            static HEAP: static_cell::ConstStaticCell<[core::mem::MaybeUninit<u8>; $heap]> =
                static_cell::ConstStaticCell::new([core::mem::MaybeUninit::uninit(); $heap]);
            $crate::heap::begin(HEAP.take());
            $run(sixlo_port_openthread::OpenThread::new(
                sixlo_port_openthread::Network {
                    role: sixlo_port_openthread::Role::$role,
                    ..sixlo_port_openthread::Network::default()
                },
            ))
        }
    };
}

/// The image of smoltcp: `run` takes the node, whose sockets and buffers come from a heap
/// of so many octets. A heap that is too small ends in a panic that says so.
#[macro_export]
macro_rules! smoltcp_image {
    ($run:path, $heap:expr) => {
        #[cortex_m_rt::entry]
        fn main() -> ! {
            static HEAP: static_cell::ConstStaticCell<[core::mem::MaybeUninit<u8>; $heap]> =
                static_cell::ConstStaticCell::new([core::mem::MaybeUninit::uninit(); $heap]);
            $crate::heap::begin(HEAP.take());
            $run(sixlo_port_smoltcp::Smoltcp::new())
        }
    };
}
