//! The memory of a process that is measured.

use std::hint::black_box;

/// Has the process own memory that it used before, as in a program that has run for a while. Otherwise a
/// fifth of the time of the quickest operation is the kernel's, handing out new pages.
pub(crate) fn warm_up() -> Box<[u8; 64]> {
    let used: Vec<_> = (0..80_000).map(|_| Box::new([1_u8; 1_000])).collect();
    // What lies behind the rest keeps it from being given back.
    let last = Box::new([1_u8; 64]);
    drop(black_box(used));
    last
}
