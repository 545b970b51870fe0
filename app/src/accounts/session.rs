//! Who is signed in, for every component.

use leptos::prelude::*;
use types::{
    Result,
    accounts::{CurrentUser, Permission},
};

/// Who is signed in. Signing in and out load the page afresh, so a session
/// never changes hands while the application runs.
#[derive(Clone, Copy)]
pub struct Session {
    /// What the server says.
    pub me: Resource<Result<Option<CurrentUser>>>,
    /// The signed-in user, once known. Pages behind the guard always have one.
    pub user: RwSignal<Option<CurrentUser>>,
}

impl Session {
    /// The user has the permission.
    #[must_use]
    pub fn may(self, permission: Permission) -> bool {
        self.user.with(|user| user.as_ref().is_some_and(|user| user.permissions.has(permission)))
    }
}

/// Asks the server once and gives every component below the same answer.
pub fn provide_session() {
    let me = Resource::new_blocking(|| (), |()| api::accounts::me());
    provide_context(Session { me, user: RwSignal::new(None) });
}

/// The session of the application.
#[must_use]
pub fn use_session() -> Session {
    expect_context::<Session>()
}

/// The signed-in user; always there on pages behind the guard.
#[must_use]
pub fn current_user() -> Option<CurrentUser> {
    use_session().user.get_untracked()
}
