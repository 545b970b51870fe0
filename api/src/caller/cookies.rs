//! The cookies of a browser: their names, how they are read, set and removed.
//!
//! Over HTTPS a name begins with `__Host-`: a browser takes such a cookie from
//! this very host alone, over HTTPS alone, so that no other host of the domain
//! and nobody on the line can plant one. The plain names are right where
//! there is no HTTPS, and are not read over it: a sibling host could plant them.

use http::{HeaderMap, HeaderValue, header::COOKIE};

/// A cookie of ours, by its plain name and the one over HTTPS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cookie {
    plain: &'static str,
    host: &'static str,
    /// Where the plain one is sent; a `__Host-` one is sent everywhere.
    path: &'static str,
}

/// The access token.
pub const ACCESS: Cookie = Cookie { plain: "omnichat_access", host: "__Host-omnichat_access", path: "/" };
/// The refresh token.
pub const REFRESH: Cookie = Cookie { plain: "omnichat_refresh", host: "__Host-omnichat_refresh", path: "/" };
/// The challenge of a second factor.
pub const CHALLENGE: Cookie = Cookie { plain: "omnichat_challenge", host: "__Host-omnichat_challenge", path: "/" };
/// By which a browser says who signed in with it before.
pub const DEVICE: Cookie = Cookie { plain: "omnichat_device", host: "__Host-omnichat_device", path: "/" };
/// What we remember while somebody is at the provider of a company.
pub const SSO: Cookie = Cookie { plain: "omnichat_sso", host: "__Host-omnichat_sso", path: "/sso" };

impl Cookie {
    /// What a browser sent, unless it is empty.
    #[must_use]
    pub fn read(self, headers: &HeaderMap, is_https: bool) -> Option<&str> {
        value(headers, if is_https { self.host } else { self.plain })
    }

    /// Whether a browser sent it, under either name.
    #[must_use]
    pub fn is_sent(self, headers: &HeaderMap) -> bool {
        [true, false].into_iter().any(|is_https| self.read(headers, is_https).is_some())
    }

    /// The `Set-Cookie` values that set it for so many seconds. Over HTTPS the
    /// plain one is removed.
    #[must_use]
    pub fn set(self, value: &str, seconds: i64, is_https: bool) -> Vec<HeaderValue> {
        if is_https {
            let host = self.secure(value, seconds);
            [host, self.bare("", 0)].into_iter().flatten().collect()
        } else {
            self.bare(value, seconds).into_iter().collect()
        }
    }

    /// The `Set-Cookie` values that remove it, under both names.
    #[must_use]
    pub fn remove(self) -> Vec<HeaderValue> {
        [self.secure("", 0), self.bare("", 0)].into_iter().flatten().collect()
    }

    fn secure(self, value: &str, seconds: i64) -> Option<HeaderValue> {
        format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}; Secure", self.host).parse().ok()
    }

    fn bare(self, value: &str, seconds: i64) -> Option<HeaderValue> {
        format!("{}={value}; Path={}; HttpOnly; SameSite=Lax; Max-Age={seconds}", self.plain, self.path).parse().ok()
    }
}

/// The value of a cookie that is not empty.
fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name && !value.is_empty()).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(cookies: &str) -> HeaderMap {
        [(COOKIE, cookies.parse().unwrap())].into_iter().collect()
    }

    fn texts(values: &[HeaderValue]) -> Vec<&str> {
        values.iter().map(|value| value.to_str().unwrap()).collect()
    }

    #[test]
    fn over_https_the_name_binds_the_cookie_to_the_host() {
        let both = sent("omnichat_access=planted; __Host-omnichat_access=ours");
        assert_eq!(ACCESS.read(&both, true), Some("ours"));
        assert_eq!(ACCESS.read(&sent("omnichat_access=planted; __Host-omnichat_access="), true), None);
        // Over HTTP nobody vouches for such a name.
        assert_eq!(ACCESS.read(&both, false), Some("planted"));
        assert_eq!(ACCESS.read(&sent("__Host-omnichat_access=ours"), false), None);
        assert!(ACCESS.is_sent(&sent("a=b; __Host-omnichat_access=x")) && !ACCESS.is_sent(&sent("a=b")));

        assert_eq!(texts(&SSO.set("x", 60, false)), ["omnichat_sso=x; Path=/sso; HttpOnly; SameSite=Lax; Max-Age=60"]);
        assert_eq!(
            texts(&SSO.set("x", 60, true)),
            [
                "__Host-omnichat_sso=x; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure",
                "omnichat_sso=; Path=/sso; HttpOnly; SameSite=Lax; Max-Age=0"
            ]
        );
        assert_eq!(texts(&SSO.remove()).len(), 2);
    }
}
