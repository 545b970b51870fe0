//! Work that lets everything else go first.

/// Lets the other threads of this machine, the database's among them, run before the thread that calls, and before
/// those that it starts. When the system does not allow it, nothing changes.
#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "the standard library has no priorities")]
pub fn give_way() {
    // SAFETY: a plain system call without memory. Here it is about the calling thread alone.
    unsafe {
        libc::nice(10);
    }
}

/// Elsewhere a priority is that of the whole process, the server's own.
#[cfg(not(target_os = "linux"))]
pub const fn give_way() {}
