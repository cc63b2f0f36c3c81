//! All memory of a node is in the node, and its size is known.

use sixlo_reference_stack::{LARGEST_DATAGRAM, Node, REASSEMBLY_BUFFERS};

/// Octets that a node may take: four datagrams in reassembly, four that wait
/// for an address, and 6 KiB for all tables.
const LARGEST: usize = 2 * REASSEMBLY_BUFFERS * LARGEST_DATAGRAM + 6 * 1024;

#[test]
fn a_node_is_no_larger_than_its_documentation_says() {
    let sizes = [
        size_of::<Node<0>>(),
        size_of::<Node<1>>(),
        size_of::<Node<2>>(),
        size_of::<Node<3>>(),
        size_of::<Node<4>>(),
        size_of::<Node<5>>(),
    ];
    println!("octets of a node, by level: {sizes:?}");
    assert!(sizes.iter().all(|size| *size <= LARGEST), "{sizes:?}");
}
