//! Who is calling: the permission of a request, and the cookies of a session.
//!
//! The server's middleware checks the access cookie, or the API key, once for
//! each request and leaves a [`Caller`] in its extensions; tokens of visitors
//! are checked here, when a function asks for them.

pub mod cookies;
mod entry;
mod form;

use domain::{
    Omnichat,
    accounts::{
        ACCESS_SECONDS, Caller, DEVICE_SECONDS, Device, Member, Named, Permit, REFRESH_SECONDS, SignedIn, know_device,
        know_device_again,
    },
    widgets::{Page, Visitor},
};
use http::{HeaderName, HeaderValue, StatusCode, header, request::Parts};
use leptos::prelude::{expect_context, use_context};
use leptos_axum::ResponseOptions;
use std::future::Future;
use types::{Error, Result, UserId, WidgetId};

pub use entry::{challenge, enter, finish_entry};
use form::is_form;
pub use form::respond_to_form;

/// The product, which the server puts into the context of each request.
#[must_use]
pub fn product() -> Omnichat {
    expect_context::<Omnichat>()
}

/// Runs the body of a function and gives its error the right HTTP status;
/// a form that the browser posts by itself is led back instead.
///
/// # Errors
/// Those of `work`.
pub async fn respond<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let result = work.await;
    if let Err(error) = &result
        && !is_form()
        && let Some(response) = use_context::<ResponseOptions>()
    {
        response.set_status(StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
        if let Some(seconds) = error.wait() {
            response.insert_header(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
    }
    result
}

/// Whoever calls: a signed-in user, or a program with a key.
///
/// # Errors
/// `unauthenticated` when nobody is signed in and no good key was sent.
pub fn caller() -> Result<Caller> {
    let parts = parts().ok_or_else(Error::unauthenticated)?;
    match parts.extensions.get::<Result<Caller>>() {
        Some(found) => found.clone(),
        None => Err(Error::unauthenticated()),
    }
}

/// The permit of whoever calls.
///
/// # Errors
/// `unauthenticated` when nobody does, `forbidden` without the permission.
pub fn permit<P: Named>() -> Result<Permit<P>> {
    caller()?.permit()
}

/// The signed-in user.
///
/// # Errors
/// `unauthenticated` when nobody is signed in, `forbidden` for a program.
pub fn member() -> Result<Member> {
    caller()?.member()
}

/// The visitor whose token the request carries, on a page that may use the widget.
///
/// # Errors
/// `unauthenticated` or `origin_not_allowed`.
pub async fn visitor() -> Result<Visitor> {
    let token = bearer().ok_or_else(Error::unauthenticated)?;
    let visitor = domain::widgets::visitor(&product(), &token, origin().as_deref()).await?;
    Ok(visitor.from_network(device().network()))
}

/// A page that may use a widget.
///
/// # Errors
/// `not_found` or `origin_not_allowed`.
pub async fn visitor_page(widget: WidgetId) -> Result<Page> {
    Ok(domain::widgets::page(&product(), widget, origin().as_deref(), device().network()).await?)
}

/// Where the request comes from.
#[must_use]
pub fn device() -> Device {
    parts().and_then(|parts| parts.extensions.get::<Device>().cloned()).unwrap_or_default()
}

/// Sets the cookies of a new session and leads the browser to `path`.
pub fn start_session(signed_in: &SignedIn, path: &str) {
    let product = product();
    set_cookies(sign_in_cookies(&product, signed_in, &device()));
    leptos_axum::redirect(path);
}

/// Removes the cookies of the session and leads the browser to `path`.
pub fn end_session(path: &str) {
    set_cookies(no_session_cookies());
    leptos_axum::redirect(path);
}

/// The `Set-Cookie` values of a sign-in, however it came about: those of the
/// session, and the one by which the browser is known as one of the user's.
#[must_use]
pub fn sign_in_cookies(product: &Omnichat, signed_in: &SignedIn, device: &Device) -> Vec<HeaderValue> {
    let is_https = is_https(product);
    let known = device_cookie(know_device(product, device, signed_in), is_https);
    [session_cookies(signed_in, is_https), known].concat()
}

/// Sets the cookie by which a browser is known as the one of a user who has just chosen a password with it.
pub fn keep_device(user: UserId) {
    let product = product();
    set_cookies(device_cookie(know_device_again(&product, &device(), user), is_https(&product)));
}

fn device_cookie(known: Option<String>, is_https: bool) -> Vec<HeaderValue> {
    known.map(|known| cookies::DEVICE.set(&known, DEVICE_SECONDS, is_https)).unwrap_or_default()
}

/// Whether browsers come by HTTPS.
#[must_use]
pub fn is_https(product: &Omnichat) -> bool {
    product.public_url().starts_with("https://")
}

/// Leads the browser to `path`.
pub fn lead_to(path: &str) {
    leptos_axum::redirect(path);
}

fn set_cookies(cookies: Vec<HeaderValue>) {
    let response = expect_context::<ResponseOptions>();
    for cookie in cookies {
        response.append_header(header::SET_COOKIE, cookie);
    }
}

/// The `Set-Cookie` values of a session. A session that was refreshed by
/// another tab a moment ago has no new refresh token and keeps that tab's.
#[must_use]
pub fn session_cookies(signed_in: &SignedIn, is_https: bool) -> Vec<HeaderValue> {
    let mut set = cookies::ACCESS.set(&signed_in.access, ACCESS_SECONDS, is_https);
    if let Some(token) = &signed_in.refresh {
        set.extend(cookies::REFRESH.set(token, REFRESH_SECONDS, is_https));
    }
    set
}

/// The `Set-Cookie` values that end a session.
#[must_use]
pub fn no_session_cookies() -> Vec<HeaderValue> {
    [cookies::ACCESS, cookies::REFRESH].into_iter().flat_map(cookies::Cookie::remove).collect()
}

/// A path of the dashboard, or none when the text leads elsewhere.
#[must_use]
pub fn local_path(path: &str) -> Option<&str> {
    let is_local = path.starts_with('/') && !path.starts_with("//") && !path.contains('\\');
    (is_local && path.len() < 512 && path.bytes().all(|byte| byte.is_ascii_graphic())).then_some(path)
}

fn parts() -> Option<Parts> {
    use_context::<Parts>()
}

fn header_text(name: &HeaderName) -> Option<String> {
    parts()?.headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// The refresh token that the browser sent, which nobody has judged.
#[must_use]
pub fn refresh_token() -> Option<String> {
    cookies::REFRESH.read(&parts()?.headers, is_https(&product())).map(str::to_owned)
}

/// The token of a visitor's request.
pub fn bearer() -> Option<String> {
    header_text(&header::AUTHORIZATION)?.strip_prefix("Bearer ").map(str::to_owned)
}

/// The origin of the page that sent the request, when a browser told it.
pub fn origin() -> Option<String> {
    header_text(&header::ORIGIN)
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn next_never_leads_to_another_site() {
        assert_eq!(local_path("/inbox/42?a=b"), Some("/inbox/42?a=b"));
        for bad in ["//evil.test", "https://evil.test", "/\\evil.test", "inbox", "", "/a\nb"] {
            assert_eq!(local_path(bad), None, "{bad}");
        }
    }
}
