//! As whom PostgreSQL runs. It refuses to be root; under root it gets a user of its own, which nothing else runs as.

use super::EmbeddedError;
use std::{
    ffi::{CStr, CString},
    fs::{self, File},
    io,
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, lchown},
    path::Path,
    process::Command,
};

/// The user of root's PostgreSQL, unless another one is named or owns the data.
const OWN: &str = "omnichat";
/// Shared by whatever has no user: its processes could read everything of ours.
const NOBODY: [u32; 2] = [65_534, u32::MAX - 1];
/// Held while the user is made. Root alone can open it.
const LOCK: &str = "/run/omnichat-user.lock";

/// A user of this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Name.
    pub name: String,
    /// Number.
    pub uid: u32,
    /// Number of the group.
    pub gid: u32,
}

impl Account {
    fn is_shared(&self) -> bool {
        self.name == "nobody" || NOBODY.contains(&self.uid)
    }
}

/// As whom PostgreSQL runs on the data in a folder; none for as whom we run ourselves. `named` is asked for by the
/// settings. Otherwise the data stays with its owner, if that is a user of its own.
///
/// # Errors
/// When the named user cannot be used, or there is none and none can be made.
pub fn choose(named: Option<&str>, data: &Path) -> Result<Option<Account>, EmbeddedError> {
    if !is_root() {
        return Ok(None);
    }
    if let Some(name) = named {
        let account = by_name(name).filter(|account| account.uid != 0 && !account.is_shared());
        return account.map(Some).ok_or_else(|| EmbeddedError::User(name.to_owned()));
    }
    let owner = fs::metadata(data).ok().and_then(|data| by_id(data.uid()));
    if let Some(owner) = owner.filter(|owner| owner.uid != 0 && !owner.is_shared()) {
        return Ok(Some(owner));
    }
    match by_name(OWN).or_else(make) {
        Some(account) => Ok(Some(account)),
        None => Err(EmbeddedError::NoUser),
    }
}

/// Makes the user, one process at a time: of two that do it at once, `useradd` lets both succeed with numbers of their
/// own, of which one is nobody's afterwards.
fn make() -> Option<Account> {
    let lock = File::options().create(true).truncate(false).write(true).mode(0o600).open(LOCK);
    // Where there is no such folder, there is hardly a second server either.
    let _held = lock.and_then(|file| file.lock().map(|()| file)).inspect_err(|error| {
        tracing::warn!(%error, lock = LOCK, "the user for PostgreSQL is made without a lock");
    });
    by_name(OWN).or_else(|| {
        add();
        let made = by_name(OWN);
        if made.is_some() {
            tracing::info!(user = OWN, "made the user that PostgreSQL runs as");
        }
        made
    })
}

/// As Debian, Fedora and the like have it, or as BusyBox has it.
fn add() {
    let own = ["--system", "--user-group", "--no-create-home", "--home-dir", "/", "--shell", "/bin/false", OWN];
    let run = |program: &str, arguments: &[&str]| {
        let made = Command::new(program).args(arguments).env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").output();
        made.is_ok_and(|made| made.status.success())
    };
    if !run("useradd", &own) {
        run("adduser", &["-S", "-D", "-H", "-h", "/", "-s", "/bin/false", OWN]);
    }
}

/// Gives a file, or a folder with all that is in it, to the user. What belongs to somebody other than its present
/// owner stays as it is: whoever owned the folder may have linked a file of root into it.
///
/// # Errors
/// When the system refuses.
pub fn give(path: &Path, to: &Account) -> io::Result<()> {
    let owner = fs::symlink_metadata(path)?.uid();
    if owner == to.uid { Ok(()) } else { give_all(path, owner, to) }
}

fn give_all(path: &Path, from: u32, to: &Account) -> io::Result<()> {
    let metadata = fs::symlink_metadata(path)?;
    if metadata.is_dir() {
        for entry in fs::read_dir(path)? {
            give_all(&entry?.path(), from, to)?;
        }
    }
    // The folder last: when this breaks off, the next start sees whose it still is.
    if metadata.uid() == from {
        lchown(path, Some(to.uid), Some(to.gid))?;
    }
    Ok(())
}

/// Whether root may make and own things in a data folder. In one of another user it must not, nor make one among
/// that user's: that user's server could not use any more what root makes its own.
///
/// # Errors
/// When we are root and the folder is somebody else's; says as whom to come.
pub fn not_anothers(folder: &Path) -> Result<(), EmbeddedError> {
    if !is_root() {
        return Ok(());
    }
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let there = folder.ancestors().find_map(|path| Some((path, fs::metadata(path).ok()?.uid())));
    // What is nobody's has no server of its own, and root's of older versions used it.
    let Some((path, owner)) = there.filter(|(_, owner)| *owner != 0 && !NOBODY.contains(owner)) else { return Ok(()) };
    let (user, how) = match by_id(owner) {
        Some(account) => (account.name.clone(), format!("runuser -u {} --", account.name)),
        None => (owner.to_string(), format!("setpriv --reuid {owner} --clear-groups")),
    };
    Err(EmbeddedError::OfAnother { path: path.to_owned(), user, how, folder })
}

/// Whether we run as root.
pub fn is_root() -> bool {
    own_id() == 0
}

/// The number of the user that we run as.
pub fn own_id() -> u32 {
    // SAFETY: geteuid has no preconditions.
    #[expect(unsafe_code, reason = "the standard library does not tell the user id")]
    unsafe {
        libc::geteuid()
    }
}

/// The user with a number.
#[expect(unsafe_code, reason = "the standard library does not know users")]
pub fn by_id(uid: u32) -> Option<Account> {
    // SAFETY: all pointers are of `look_up` and valid for the call.
    look_up(|entry, buffer, found| unsafe { libc::getpwuid_r(uid, entry, buffer.as_mut_ptr(), buffer.len(), found) })
}

#[expect(unsafe_code, reason = "the standard library does not know users")]
fn by_name(name: &str) -> Option<Account> {
    let name = CString::new(name).ok()?;
    // SAFETY: the name ends with a zero, and all other pointers are of `look_up` and valid for the call.
    look_up(|entry, buffer, found| unsafe {
        libc::getpwnam_r(name.as_ptr(), entry, buffer.as_mut_ptr(), buffer.len(), found)
    })
}

fn look_up(
    find: impl FnOnce(*mut libc::passwd, &mut [libc::c_char], *mut *mut libc::passwd) -> libc::c_int,
) -> Option<Account> {
    let mut buffer: Vec<libc::c_char> = vec![0; 16 * 1024];
    let mut entry = std::mem::MaybeUninit::<libc::passwd>::uninit();
    let mut found = std::ptr::null_mut();
    if find(entry.as_mut_ptr(), &mut buffer, &raw mut found) != 0 || found.is_null() {
        return None;
    }
    // SAFETY: the call succeeded, so `found` points to the entry, whose name is a string in the buffer.
    #[expect(unsafe_code, reason = "the standard library does not know users")]
    let (name, uid, gid) = unsafe {
        let entry = &*found;
        (CStr::from_ptr(entry.pw_name).to_string_lossy().into_owned(), entry.pw_uid, entry.pw_gid)
    };
    Some(Account { name, uid, gid })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_found_and_nobody_is_refused() {
        let root = by_id(0).unwrap();
        assert_eq!(by_name(&root.name).unwrap(), root);
        assert!(by_name("no such user here").is_none() && by_name("a\0b").is_none());
        if !is_root() {
            assert!(choose(None, Path::new("/")).unwrap().is_none(), "we run PostgreSQL as ourselves");
            return;
        }
        for refused in [root.name.as_str(), "nobody", "no such user here"] {
            let told = choose(Some(refused), Path::new("/")).unwrap_err().to_string();
            assert!(told.contains("--postgres-user"), "{told}");
        }
        let chosen = choose(None, Path::new("/")).unwrap().unwrap();
        assert!(chosen.uid != 0 && !chosen.is_shared(), "{chosen:?}");
    }
}
