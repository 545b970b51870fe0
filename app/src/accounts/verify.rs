//! Proving that an e-mail address is one's own.

use super::{entrance::Entrance, login::FormError, session::use_session};
use crate::ui::{Alert, Button, ButtonKind, PostForm, Skeleton, Tone, error_text};
use api::accounts::{SendVerification, VerifyEmail};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{hooks::use_query_map, location::Url};

/// Confirms an address with a mailed link. One button asks for it, because
/// programs that look into mails open every link. Whoever is not signed in
/// signs in first: the link alone would confirm what a stranger registered.
#[component]
pub fn VerifyPage() -> impl IntoView {
    let session = use_session();
    let query = use_query_map().get_untracked();
    let token = StoredValue::new(query.get("token").unwrap_or_default());
    let content = if query.get("done").is_some() {
        view! {
            <Alert tone=Tone::Success>
                <span>"Thank you. Your address is confirmed."</span>
            </Alert>
            <p class="entrance-other"><a href="/inbox" rel="external">"Go to the inbox"</a></p>
        }
        .into_any()
    } else {
        let asked = move || {
            Suspend::new(async move {
                match session.me.await.ok().flatten() {
                    Some(_) => view! { <Confirm token=token.get_value() /> }.into_any(),
                    None => view! { <SignInFirst token=token.get_value() /> }.into_any(),
                }
            })
        };
        view! { <Suspense fallback=|| view! { <Skeleton class="skeleton-block" /> }>{asked}</Suspense> }.into_any()
    };
    view! {
        <Title text="Confirm your address" />
        <Entrance title="Confirm your e-mail address" text="So that we can reach you when you lose your password.">
            {content}
        </Entrance>
    }
}

#[component]
fn Confirm(token: String) -> impl IntoView {
    let action = ServerAction::<VerifyEmail>::new();
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    let busy =
        Signal::derive(move || action.pending().get() || action.value().with(|value| matches!(value, Some(Ok(())))));
    view! {
        <PostForm action=action>
            <input type="hidden" name="token" value=token />
            <FormError error=error fields=&[] />
            <Button kind=ButtonKind::Primary submit=true busy=busy>"This is my address"</Button>
        </PostForm>
    }
}

#[component]
fn SignInFirst(token: String) -> impl IntoView {
    let login = format!("/login?next={}", Url::escape(&format!("/verify?token={token}")));
    view! {
        <p class="entrance-other">"Sign in with the password that you chose; then you come back here."</p>
        <a class=ButtonKind::Primary.class() href=login>"Sign in and confirm"</a>
        <p class="entrance-other">
            "You chose none, or forgot it? "<a href="/forgot">"Choose a new one"</a>
            ". That confirms your address as well, and signs out everybody else."
        </p>
    }
}

/// Reminds a user whose address is not proved, and sends the link again.
#[component]
pub fn VerifyBanner() -> impl IntoView {
    let session = use_session();
    let address = Memo::new(move |_| {
        session.user.with(|user| {
            let user = user.as_ref()?;
            (!user.is_email_verified && user.impersonated_by.is_none()).then(|| user.email.clone())
        })
    });
    let action = ServerAction::<SendVerification>::new();
    let words = move || match action.value().get() {
        Some(Ok(())) => "Sent. Open the link in the newest mail.".to_owned(),
        Some(Err(error)) => error_text(&error),
        None => String::new(),
    };
    move || {
        address.get().map(|address| {
            view! {
                <div class="setup-banner verify-banner">
                    <span>"Please confirm " <bdi>{address}</bdi> ": open the link that we mailed to it."</span>
                    <PostForm action=action>
                        <button type="submit" class="link-button" aria-busy=move || action.pending().get().then_some("true")>
                            "Send it again"
                        </button>
                    </PostForm>
                    <span role="status">{words}</span>
                </div>
            }
        })
    }
}
