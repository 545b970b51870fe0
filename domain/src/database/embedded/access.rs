//! Who may sign in to the private PostgreSQL: this machine's kernel says who is at the other end of the socket, and
//! only the server's user, root and PostgreSQL's own user are let in. There is no password that could be lost.

use super::{
    EmbeddedError, OWNER, RESTRICTED,
    place::{Place, at},
    user::{by_id, is_root, own_id},
};
use std::{
    collections::BTreeSet,
    fs::{self, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

/// Which connections are asked what.
pub fn rules_file(place: &Place) -> PathBuf {
    place.access.join("pg_hba.conf")
}

/// Which user of the machine may be which role.
pub fn users_file(place: &Place) -> PathBuf {
    place.access.join("pg_ident.conf")
}

/// Writes both files, before each start: PostgreSQL reads these and not those in its data.
///
/// # Errors
/// When we run as a user without a name, or the files cannot be written.
pub fn write(place: &Place) -> Result<(), EmbeddedError> {
    let own = by_id(own_id()).ok_or(EmbeddedError::Nameless(own_id()))?;
    let root = by_id(0).map(|root| root.name);
    let runs_as = place.account.as_ref().map(|account| account.name.clone());
    let users: BTreeSet<String> = [Some(own.name), root, runs_as].into_iter().flatten().collect();
    let rules = "# Written by omnichat at each start.\nlocal all all peer map=omnichat\n".to_owned();
    put(&rules_file(place), &rules)?;
    put(&users_file(place), &user_lines(&users))
}

fn user_lines(users: &BTreeSet<String>) -> String {
    let mut text = "# Written by omnichat at each start.\n".to_owned();
    for user in users {
        for role in [OWNER, RESTRICTED] {
            text.push_str(&format!("omnichat \"{}\" {role}\n", user.replace('"', "\"\"")));
        }
    }
    text
}

/// Whole or not at all; PostgreSQL's user may read it and nobody but us may change it.
fn put(file: &Path, text: &str) -> Result<(), EmbeddedError> {
    let part = file.with_extension("part");
    let mode = if is_root() { 0o644 } else { 0o600 };
    let write = || -> io::Result<()> {
        let mut out = OpenOptions::new().create(true).truncate(true).write(true).mode(mode).open(&part)?;
        out.write_all(text.as_bytes())?;
        out.set_permissions(fs::Permissions::from_mode(mode))?;
        fs::rename(&part, file)
    };
    write().map_err(at(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_user_may_be_both_roles_and_no_other() {
        let text = user_lines(&["root".to_owned(), "a\"b".to_owned()].into());
        assert_eq!(text.lines().count(), 5, "{text}");
        assert!(text.contains("omnichat \"root\" omnichat_owner\n") && text.contains("\"a\"\"b\" omnichat_app\n"));
    }
}
