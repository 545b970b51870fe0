//! Settings › Sign-in: the provider through which the people of a business come in.

use super::Only;
use crate::{
    shell::{PageHead, SettingsTabs},
    ui::{
        Alert, Button, ButtonKind, CopyButton, ErrorAlert, Field, Input, ListSkeleton, SaveBar, Saving, Segments,
        Switch, TextArea, TextField, Tone, error_text, save,
    },
};
use leptos::prelude::*;
use leptos_meta::Title;
use types::{
    Result,
    accounts::{Permission, Role},
    sign_in::{OidcProvider, OidcProviderUpdate, OidcTest, SignInSettings},
};

/// The provider's settings, for those who manage people.
#[component]
pub fn SignInSettingsPage() -> impl IntoView {
    view! {
        <Title text="Sign-in" />
        <div class="page">
            <PageHead title="Sign-in" text="Let your people sign in through your company's own sign-in: any provider that speaks OpenID Connect." />
            <SettingsTabs />
            <Only may=Permission::ManagePeople what="how people sign in">
                <Settings />
            </Only>
        </div>
    }
}

#[component]
fn Settings() -> impl IntoView {
    let settings = Resource::new(|| (), |()| api::sign_in::get_sign_in_settings());
    let content = move || {
        Suspend::new(async move {
            match settings.await {
                Ok(settings) => view! { <Form settings=settings /> }.into_any(),
                Err(error) => {
                    view! { <ErrorAlert error=error retry=Callback::new(move |()| settings.refetch()) /> }.into_any()
                }
            }
        })
    };
    view! { <Suspense fallback=|| view! { <ListSkeleton lines=8 /> }>{content}</Suspense> }
}

/// The settings while they are being changed.
#[derive(Clone, Copy)]
struct Draft {
    stored: RwSignal<Option<OidcProvider>>,
    issuer: Input,
    client_id: Input,
    client_secret: Input,
    email_domains: Input,
    default_role: RwSignal<Role>,
    is_active: RwSignal<bool>,
}

impl Draft {
    fn new(stored: Option<OidcProvider>) -> Self {
        let draft = Self {
            stored: RwSignal::new(None),
            issuer: Input::new(String::new(), |text| {
                let is_address = text.trim().starts_with("https://") || text.trim().starts_with("http://");
                (!is_address).then_some("Write the whole address, such as https://login.example.com.")
            }),
            client_id: Input::new(String::new(), |text| {
                text.trim().is_empty().then_some("Enter the client id that your provider shows.")
            }),
            client_secret: Input::new(String::new(), |_| None),
            email_domains: Input::new(String::new(), |_| None),
            default_role: RwSignal::new(Role::Agent),
            is_active: RwSignal::new(true),
        };
        draft.reset(stored);
        draft
    }

    fn reset(self, stored: Option<OidcProvider>) {
        let shown = stored.clone().unwrap_or_else(nothing);
        self.issuer.typed(shown.issuer);
        self.client_id.typed(shown.client_id);
        self.client_secret.typed(String::new());
        self.email_domains.typed(shown.email_domains.join("\n"));
        self.default_role.set(shown.default_role);
        self.is_active.set(shown.is_active);
        self.stored.set(stored);
    }

    fn update(self) -> OidcProviderUpdate {
        let domains = self.email_domains.get();
        let domains = domains.split([',', '\n', ' ']).map(str::trim).filter(|domain| !domain.is_empty());
        OidcProviderUpdate {
            issuer: self.issuer.get().trim().to_owned(),
            client_id: self.client_id.get().trim().to_owned(),
            client_secret: Some(self.client_secret.get().trim().to_owned()).filter(|secret| !secret.is_empty()),
            email_domains: domains.map(str::to_owned).collect(),
            default_role: self.default_role.get(),
            is_active: self.is_active.get(),
        }
    }

    fn is_dirty(self) -> bool {
        let (now, stored) = (self.update(), self.stored.get().unwrap_or_else(nothing));
        now.client_secret.is_some()
            || now.issuer != stored.issuer
            || now.client_id != stored.client_id
            || now.email_domains != stored.email_domains
            || now.default_role != stored.default_role
            || now.is_active != stored.is_active
    }
}

/// What is shown where there is no provider.
const fn nothing() -> OidcProvider {
    OidcProvider {
        issuer: String::new(),
        client_id: String::new(),
        email_domains: Vec::new(),
        default_role: Role::Agent,
        is_active: true,
        admits_owners: false,
    }
}

#[component]
fn Form(settings: SignInSettings) -> impl IntoView {
    let draft = Draft::new(settings.provider);
    let state = RwSignal::new(Saving::default());
    let error = Signal::derive(move || state.get().error());
    let dirty = Memo::new(move |_| draft.is_dirty());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if draft.issuer.verify() & draft.client_id.verify() {
            let update = untrack(|| draft.update());
            save(state, api::sign_in::update_provider(update), move |stored| draft.reset(stored.provider));
        }
    };
    let roles = vec![(Role::Agent, "Agent"), (Role::Viewer, "Viewer"), (Role::Admin, "Admin")];
    view! {
        <form class="form settings-form settings-narrow" method="post" novalidate=true on:submit=submit>
            <section class="settings-section">
                <h2>"At your provider"</h2>
                <p class="field-hint">"Register Omnichat there as a web application with this address, and copy what it shows into the fields below."</p>
                <Address id="redirect_uri" label="Redirect URI" text=settings.redirect_uri />
            </section>
            <section class="settings-section">
                <h2>"Provider"</h2>
                <TextField name="issuer" label="Address" kind="url" placeholder="https://login.example.com" hint="Its issuer, exactly as it names itself." input=draft.issuer error=error />
                <Test draft=draft />
                <TextField name="client_id" label="Client id" input=draft.client_id error=error />
                <TextField name="client_secret" label="Client secret" kind="password" autocomplete="new-password" hint="Stored encrypted and never shown again. Leave it empty to keep the one that is stored." input=draft.client_secret error=error optional=true />
            </section>
            <section class="settings-section">
                <h2>"People"</h2>
                <Switch label="People may sign in this way" hint="Off, those who came in this way are signed out." value=draft.is_active />
                <TextArea name="email_domains" label="E-mail domains" code=true optional=true placeholder="example.com" hint="One on each line. New people with a verified address there may come in by themselves; with none, only those who work here already." input=draft.email_domains error=error />
                <Segments name="default_role" label="Role of new people" options=roles value=draft.default_role />
                <Owners draft=draft />
                <Address id="sign_in_link" label="Sign-in link of your business" text=settings.link />
            </section>
            <SaveBar dirty=dirty state=state on_discard=Callback::new(move |()| draft.reset(draft.stored.get_untracked())) />
        </form>
        <Remove draft=draft />
    }
}

/// An address to be copied.
#[component]
fn Address(id: &'static str, label: &'static str, text: String) -> impl IntoView {
    let copied = text.clone();
    view! {
        <Field id=id label=label>
            <div class="stored-key">
                <input class="input code-input" id=id type="text" readonly value=text aria-describedby=format!("{id}-note") />
                <CopyButton text=copied />
            </div>
        </Field>
    }
}

/// Whom the provider vouches for.
#[component]
fn Owners(draft: Draft) -> impl IntoView {
    move || {
        let is_for_others = draft.stored.with(|stored| stored.as_ref().is_some_and(|stored| !stored.admits_owners));
        is_for_others.then(|| {
            view! {
                <Alert tone=Tone::Info>
                    "Owners sign in with their password, because nobody who is an owner has set this up. An owner who saves this page changes that."
                </Alert>
            }
        })
    }
}

/// Asks the provider what it says of itself.
#[component]
fn Test(draft: Draft) -> impl IntoView {
    let outcome = RwSignal::new(None::<Result<OidcTest>>);
    let busy = RwSignal::new(false);
    let test = move |_| {
        if busy.get_untracked() || !draft.issuer.verify() {
            return;
        }
        busy.set(true);
        outcome.set(None);
        let issuer = draft.issuer.value.get_untracked();
        leptos::task::spawn_local(async move {
            let answer = api::sign_in::test_provider(issuer).await;
            outcome.try_set(Some(answer));
            busy.try_set(false);
        });
    };
    view! {
        <div class="acts">
            <Button busy=busy on:click=test>"Test"</Button>
        </div>
        {move || {
            outcome
                .get()
                .map(|outcome| match outcome {
                    Ok(found) => {
                        let keys = if found.keys == 1 { "one key".to_owned() } else { format!("{} keys", found.keys) };
                        view! {
                            <Alert tone=Tone::Success>
                                {format!("The provider answers. People sign in at {}, and it signs with {keys}.", found.sign_in_host)}
                            </Alert>
                        }
                            .into_any()
                    }
                    Err(error) => view! { <Alert tone=Tone::Danger>{error_text(&error)}</Alert> }.into_any(),
                })
        }}
    }
}

#[component]
fn Remove(draft: Draft) -> impl IntoView {
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    let problem = RwSignal::new(None::<types::Error>);
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let ask = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            let _ = dialog.show_modal();
        }
    };
    let remove = move |_| {
        close();
        leptos::task::spawn_local(async move {
            match api::sign_in::remove_provider().await {
                Ok(()) => draft.reset(None),
                Err(error) => {
                    problem.try_set(Some(error));
                }
            }
        });
    };
    view! {
        {move || problem.get().map(|error| view! { <ErrorAlert error=error /> })}
        <div class="acts" hidden=move || draft.stored.with(Option::is_none)>
            <Button kind=ButtonKind::Danger on:click=ask>"Remove the provider"</Button>
        </div>
        <dialog class="confirm" node_ref=dialog aria-label="Remove the provider?">
            <h2>"Remove the provider?"</h2>
            <p>"Everybody who came in through it is signed out at once. Those without a password need one to come back."</p>
            <div class="confirm-acts">
                <Button on:click=move |_| close()>"Keep it"</Button>
                <Button kind=ButtonKind::Danger on:click=remove>"Remove"</Button>
            </div>
        </dialog>
    }
}
