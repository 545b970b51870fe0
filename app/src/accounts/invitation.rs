//! Accepting an invitation, at `/invitation?token=…`.

use super::{entrance::Entrance, login::FormError, rules, session::use_session};
use crate::ui::{Alert, Button, ButtonKind, ErrorAlert, Input, PostForm, Skeleton, TextField, Tone};
use api::accounts::{AcceptInvitation, JoinBusiness, LogOut};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{hooks::use_query_map, location::Url};
use server_fn::ServerFn;
use types::people::InvitationOffer;

/// Somebody new chooses a name and a password; somebody with an account
/// signs in and joins with one click.
#[component]
pub fn InvitationPage() -> impl IntoView {
    let session = use_session();
    let query = use_query_map().get_untracked();
    let token = query.get("token").unwrap_or_default();
    let typed = query.get("name").unwrap_or_default();
    let asked = token.clone();
    let offer = Resource::new(move || asked.clone(), api::accounts::get_invitation);
    let (token, typed) = (StoredValue::new(token), StoredValue::new(typed));
    let content = move || {
        Suspend::new(async move {
            let signed_in = session.me.await.ok().flatten().map(|user| user.email);
            match offer.await {
                // Whoever is signed in with the invited address keeps what they have.
                Ok(offer) if offer.has_account || signed_in.as_ref() == Some(&offer.email) => {
                    view! { <Joining token=token.get_value() offer=offer signed_in=signed_in /> }.into_any()
                }
                Ok(offer) => {
                    view! { <Newcomer token=token.get_value() name=typed.get_value() offer=offer /> }.into_any()
                }
                Err(error) => view! {
                    <h1>"You were invited"</h1>
                    <p class="entrance-text">"But this invitation cannot be used."</p>
                    <ErrorAlert error=error retry=Callback::new(move |()| offer.refetch()) />
                    <p class="entrance-other">"You have an account? "<a href="/login">"Sign in"</a></p>
                }
                .into_any(),
            }
        })
    };
    view! {
        <Title text="Invitation" />
        <Entrance>
            <Suspense fallback=|| view! { <Skeleton class="skeleton-block" /> }>{content}</Suspense>
        </Entrance>
    }
}

/// What is offered, and by whom.
#[component]
fn Offer(offer: InvitationOffer) -> impl IntoView {
    let InvitationOffer { business, invited_by, role_name, .. } = offer;
    view! {
        <h1>"Join " <bdi>{business}</bdi></h1>
        <p class="entrance-text">
            {match invited_by {
                Some(name) => view! { <bdi>{name}</bdi> " invites you. " }.into_any(),
                None => "You are invited. ".into_any(),
            }} "Your role: " <bdi>{role_name}</bdi> "."
        </p>
    }
}

#[component]
fn Newcomer(token: String, name: String, offer: InvitationOffer) -> impl IntoView {
    let action = ServerAction::<AcceptInvitation>::new();
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    let name = Input::new(name, rules::name);
    let password = Input::new(String::new(), rules::new_password);
    let check = Callback::new(move |()| name.verify() & password.verify());
    let busy =
        Signal::derive(move || action.pending().get() || action.value().with(|value| matches!(value, Some(Ok(())))));
    let email = offer.email.clone();
    view! {
        <Offer offer=offer />
        <PostForm action=action check=check>
            <input type="hidden" name="token" value=token />
            <FormError error=error fields=&["name", "password"] />
            <div class="field">
                <label for="email">"E-mail"</label>
                // For the browser's own store of passwords; it is not sent.
                <input class="input" id="email" type="email" autocomplete="username" value=email readonly />
            </div>
            <TextField name="name" label="Your name" autocomplete="name" input=name error=error autofocus=true />
            <TextField
                name="password"
                label="Password"
                kind="password"
                autocomplete="new-password"
                hint="At least 10 characters."
                input=password
                error=error
            />
            <Button kind=ButtonKind::Primary submit=true busy=busy>"Join"</Button>
        </PostForm>
    }
}

#[component]
fn Joining(token: String, offer: InvitationOffer, signed_in: Option<String>) -> impl IntoView {
    let action = ServerAction::<JoinBusiness>::new();
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    let busy =
        Signal::derive(move || action.pending().get() || action.value().with(|value| matches!(value, Some(Ok(())))));
    let email = offer.email.clone();
    let login = format!("/login?next={}", Url::escape(&format!("/invitation?token={token}")));
    let way_on = match signed_in {
        Some(user) if user == email => view! {
            <PostForm action=action>
                <input type="hidden" name="token" value=token />
                <FormError error=error fields=&[] />
                <Button kind=ButtonKind::Primary submit=true busy=busy>"Join"</Button>
            </PostForm>
            <p class="entrance-other">"You go over there now. The menu with your name leads back."</p>
        }
        .into_any(),
        Some(user) => view! {
            <Alert tone=Tone::Warning>
                <span>
                    "This invitation was sent to " <bdi>{email}</bdi> ". You are signed in as " <bdi>{user}</bdi>
                    ". Log out, then open the link in the mail again."
                </span>
            </Alert>
            <form class="form" method="post" action=LogOut::url()>
                <Button kind=ButtonKind::Secondary submit=true>"Log out"</Button>
            </form>
        }
        .into_any(),
        None => view! {
            <p class="entrance-other">"The address " <bdi>{email}</bdi> " has an account. Sign in with it to join."</p>
            <a class=ButtonKind::Primary.class() href=login>"Sign in and join"</a>
        }
        .into_any(),
    };
    view! {
        <Offer offer=offer />
        {way_on}
    }
}
