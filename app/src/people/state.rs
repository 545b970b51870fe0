//! The team as the page knows it, and what is done to it.

use crate::accounts::use_session;
use leptos::{prelude::*, task::spawn_local};
use types::{
    Error, Result, UserId,
    accounts::{Permissions, Role},
    people::{Colleague, RoleChoice, RoleInfo, Team},
};

/// The team, shared by the parts of the page.
#[derive(Clone, Copy)]
pub struct TeamState {
    snapshot: Resource<Result<Team>>,
    team: RwSignal<Option<Team>>,
    problem: RwSignal<Option<Error>>,
    busy: RwSignal<bool>,
    told: RwSignal<String>,
    /// The user's own permissions; nobody gives more.
    held: Permissions,
    is_owner: bool,
    me: Option<UserId>,
}

/// Takes a snapshot.
pub fn use_team() -> TeamState {
    let user = use_session().user.get_untracked();
    TeamState {
        snapshot: Resource::new(|| (), |()| api::accounts::get_team()),
        team: RwSignal::new(None),
        problem: RwSignal::new(None),
        busy: RwSignal::new(false),
        told: RwSignal::new(String::new()),
        held: user.as_ref().map(|user| user.permissions).unwrap_or_default(),
        is_owner: user.as_ref().is_some_and(|user| user.role == Role::Owner),
        me: user.map(|user| user.id),
    }
}

impl TeamState {
    /// Waits for the first snapshot.
    pub async fn load(self) -> Result<()> {
        let team = self.snapshot.await?;
        if self.team.with_untracked(Option::is_none) {
            self.team.set(Some(team));
        }
        Ok(())
    }

    /// Tries the first snapshot again.
    pub fn reload(self) {
        self.snapshot.refetch();
    }

    /// Something of the team; what nobody has before it was loaded.
    pub fn read<T: Default>(self, field: impl FnOnce(&Team) -> T) -> T {
        self.team.with(|team| team.as_ref().map(field).unwrap_or_default())
    }

    /// One person.
    pub fn person(self, id: UserId) -> Option<Colleague> {
        self.read(|team| team.people.iter().find(|person| person.id == id).cloned())
    }

    /// One role.
    pub fn role(self, choice: RoleChoice) -> Option<RoleInfo> {
        self.read(|team| team.roles.iter().find(|role| role.choice == choice).cloned())
    }

    /// Every role that the user may give and take.
    pub fn givable(self) -> Vec<RoleInfo> {
        self.read(|team| team.roles.iter().filter(|role| self.reaches(role)).cloned().collect())
    }

    /// Whether the user may give and take a role.
    pub fn reaches(self, role: &RoleInfo) -> bool {
        (self.is_owner || role.choice != RoleChoice::BuiltIn(Role::Owner)) && self.held.covers(role.permissions)
    }

    /// What the user holds, and may put into a role.
    pub const fn held(self) -> Permissions {
        self.held
    }

    /// Whether this is the user.
    pub fn is_me(self, id: UserId) -> bool {
        self.me == Some(id)
    }

    /// Why the last act did not work.
    pub fn problem(self) -> Option<Error> {
        self.problem.get()
    }

    /// Something is under way.
    pub fn busy(self) -> Signal<bool> {
        self.busy.into()
    }

    /// What was done last, for screen readers.
    pub fn told(self) -> String {
        self.told.get()
    }

    /// Does something, says what, and looks again. What is wrong goes to
    /// `problem`, or to the top of the page.
    pub fn act<T: 'static>(
        self,
        call: impl Future<Output = Result<T>> + 'static,
        told: String,
        problem: Option<RwSignal<Option<Error>>>,
        done: impl FnOnce() + 'static,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.problem.set(None);
        let problem = problem.unwrap_or(self.problem);
        problem.set(None);
        spawn_local(async move {
            match call.await {
                Ok(_) => {
                    done();
                    drop(self.told.try_set(told));
                    // A failed look is no failed act: the list is as old as it was.
                    if let Ok(team) = api::accounts::get_team().await {
                        drop(self.team.try_set(Some(team)));
                    }
                }
                Err(error) => drop(problem.try_set(Some(error))),
            }
            let _ = self.busy.try_set(false);
        });
    }
}
