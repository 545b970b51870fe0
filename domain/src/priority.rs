//! Work that lets everything else go first.

/// Lets the other threads of this machine, the database's among them, run before the thread that calls, and before
/// those that it starts. When the system does not allow it, nothing changes.
#[expect(unsafe_code, reason = "the standard library has no priorities")]
pub fn give_way() {
    // SAFETY: a plain system call without memory. On Linux it is about the calling thread alone.
    unsafe {
        libc::nice(10);
    }
}
