//! What comes in encoded in an address or a form is looked at once, as what
//! it stands for: text without a NUL. Arguments in Postcard are looked at
//! where they are read (`api::codec`), JSON in `rest::extract`, and frames in
//! `sockets::link`.

use axum::http::{HeaderMap, Uri, header::CONTENT_TYPE};
use percent_encoding::percent_decode;
use types::{Error, text::refusal};

/// What programs send whose texts are looked at as they are read.
const READ_LATER: [&str; 2] = ["application/x-postcard", "application/json"];

/// Looks at a path and at what stands after its question mark.
///
/// # Errors
/// `invalid` for a NUL and for what is no UTF-8, with the name of the parameter.
pub fn check_address(uri: &Uri) -> Result<(), Error> {
    if !is_text(uri.path().as_bytes()) {
        return Err(Error::invalid(
            "This address cannot be read: it holds a NUL character, or is not in UTF-8. Check the link.",
        ));
    }
    check_pairs(uri.query().unwrap_or_default().as_bytes())
}

/// Looks at the body of a form, whatever kind it says that it is: who reads it does not ask. Uploads of
/// the REST API are files, which are looked at where their text is taken out.
///
/// # Errors
/// `invalid` for a NUL and for what is no UTF-8, with the name of the field.
pub fn check_form(uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Result<(), Error> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if crate::rest::is_rest(uri.path()) || READ_LATER.iter().any(|other| essence.eq_ignore_ascii_case(other)) {
        return Ok(());
    }
    check_pairs(body)
}

/// Looks at pairs such as `a=b&c=d%20e`.
fn check_pairs(pairs: &[u8]) -> Result<(), Error> {
    let found = pairs.split(|byte| *byte == b'&').find(|pair| !is_text(pair));
    let Some(pair) = found else { return Ok(()) };
    let name = pair.split(|byte| *byte == b'=').next().filter(|name| is_text(name)).unwrap_or_default();
    let name: String = percent_decode(name).decode_utf8_lossy().chars().take(100).collect();
    if percent_decode(pair).any(|byte| byte == 0) {
        return Err(refusal(&name));
    }
    let error = Error::invalid("The text is not in UTF-8. Please send it in UTF-8.");
    Err(if name.is_empty() { error } else { error.field(&name) })
}

fn is_text(encoded: &[u8]) -> bool {
    let decoded = percent_decode(encoded);
    // Most hold nothing that is encoded at all.
    if !encoded.contains(&b'%') && !encoded.contains(&0) {
        return std::str::from_utf8(encoded).is_ok();
    }
    decoded.decode_utf8().is_ok_and(|text| !text.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_is_looked_at_as_what_it_stands_for() {
        let address = |address: &str| check_address(&address.parse().unwrap()).err();
        for good in ["/", "/sso/caf%C3%A9?next=%2Finbox", "/a?b=100%25&c=%2500", "/a?%", "/a%2", "/x?a=%%zz&&=="] {
            assert_eq!(address(good), None, "{good}");
        }
        for bad in ["/sso/%00", "/a%00b/c", "/%FF", "/%ED%A0%80", "/a?%00", "/a?b=%ff"] {
            assert!(address(bad).is_some(), "{bad}");
        }
        assert_eq!(address("/a?x=1&search=a%00b").unwrap().field.as_deref(), Some("search"));
        assert_eq!(address("/a?search=%ED%A0%80").unwrap().field.as_deref(), Some("search"));

        let form = |path: &str, kind: &str, body: &[u8]| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, kind.parse().unwrap());
            check_form(&path.parse().unwrap(), &headers, body).err().map(|error| error.field)
        };
        let call = "/api/accounts/login";
        for kind in ["application/x-www-form-urlencoded; charset=utf-8", "text/plain", "nonsense"] {
            assert_eq!(form(call, kind, b"email=a&name=%00"), Some(Some("name".to_owned())));
            assert_eq!(form(call, kind, b"email=a\0"), Some(Some("email".to_owned())));
            assert_eq!(form(call, kind, b"email=a&next=%2500"), None);
        }
        assert_eq!(form(call, "application/x-postcard", b"\0%00"), None);
        assert_eq!(form("/api/v1/sources/files", "application/pdf", b"\0%00"), None);
    }
}
