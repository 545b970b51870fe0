//! Forms that a browser posts by itself, before or without JavaScript.

use super::{header_text, parts, respond};
use http::{HeaderValue, Method, header};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use server_fn::{ServerFn, error::ServerFnUrlError};
use std::future::Future;
use types::{Error, Result};

/// The browser itself posts a form and will show what it is led to.
pub fn is_form() -> bool {
    let is_post = parts().is_some_and(|parts| parts.method == Method::POST);
    is_post && header_text(&header::ACCEPT).is_some_and(|accept| accept.contains("text/html"))
}

/// Runs the body of the function `F`, which a form calls. Where the browser
/// posts the form by itself, an error leads it back there, and the address
/// carries what was typed. Passwords are not to be in `typed`.
///
/// # Errors
/// Those of `work`.
pub async fn respond_to_form<F, T>(typed: &[(&str, &str)], work: impl Future<Output = Result<T>>) -> Result<T>
where
    F: ServerFn<Error = Error>,
{
    let result = respond(work).await;
    if let Err(error) = &result
        && is_form()
        && let Some(form) = header_text(&header::REFERER)
        && let Some(address) = back_to_form(&form, F::PATH, error, typed)
        && let Some(response) = use_context::<ResponseOptions>()
    {
        response.insert_header(header::LOCATION, address);
    }
    result
}

/// The form's path with the error and what was typed, in place of those of an earlier try.
fn back_to_form(form: &str, function: &str, error: &Error, typed: &[(&str, &str)]) -> Option<HeaderValue> {
    let mut form = form.to_owned();
    ServerFnUrlError::<Error>::strip_error_info(&mut form);
    let mut url = ServerFnUrlError::new(function, error.clone()).to_url(&form).ok()?;
    let others: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(name, _)| !typed.iter().any(|(field, _)| field == name))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let short = typed.iter().filter(|(_, value)| value.len() <= 512);
    url.query_pairs_mut().clear().extend_pairs(others).extend_pairs(short);
    // "//host/…" would lead to another host.
    let path = url.path().trim_start_matches('/');
    format!("/{path}?{}", url.query()?).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::back_to_form;
    use types::Error;

    #[test]
    fn a_second_try_takes_the_place_of_the_first() {
        let error = Error::invalid("no");
        let path = |form: &str, email: &str| {
            back_to_form(form, "/api/login", &error, &[("email", email)]).unwrap().to_str().unwrap().to_owned()
        };
        let first = path("http://chat.test/login?next=%2Finbox%2F1", "a@b.c");
        assert!(first.starts_with("/login?next=%2Finbox%2F1&__path=%2Fapi%2Flogin&__err="), "{first}");
        assert!(first.ends_with("&email=a%40b.c"), "{first}");
        let second = path(&format!("http://chat.test{first}"), "d@e.f");
        assert_eq!(second.len(), first.len());
        assert!(second.ends_with("&email=d%40e.f"), "{second}");
        assert!(path("http://chat.test//evil.test/login", "a@b.c").starts_with("/evil.test/login?"));
    }
}
