//! Where a user is signed in, how that ends, and going over to another business.

use super::{
    Device, InPerson, Member, SignedIn, Whose,
    marks::{self, Marks, mark},
    sessions,
};
use crate::{
    Error, Omnichat, Result,
    database::SystemTx,
    error::OrNotFound as _,
    schema::{memberships, sessions as rows, tenants},
};
use diesel::{BoolExpressionMethods as _, ExpressionMethods, JoinOnDsl as _, QueryDsl};
use diesel_async::RunQueryDsl;
use types::{ErrorCode, SessionId, TenantId, Timestamp, UserId, people::OwnSession};

/// Sessions of a user that live at once.
const LIVE: i64 = 100;

/// Starts a session in another business that the user works in, in place of this one.
///
/// # Errors
/// `not_found` when the user does not work there, `forbidden` for a sign-in
/// that is good for one business alone, `suspended` with the business.
pub async fn switch_tenant(product: &Omnichat, member: &Member, tenant: TenantId, device: &Device) -> Result<SignedIn> {
    if member.is_tenant_bound() || member.impersonated_by().is_some() {
        let message = "This sign-in is good for this business alone. Sign in with your own password to work in others.";
        return Err(Error::refused(ErrorCode::Forbidden, message));
    }
    let (user, session, device) = (member.user(), member.session(), device.clone());
    let inside = product.clone();
    let (begun, ended) = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let _works_there: TenantId = memberships::table
                .filter(memberships::tenant_id.eq(tenant))
                .filter(memberships::user_id.eq(user))
                .select(memberships::tenant_id)
                .first(tx.conn())
                .await
                .or_not_found("business")?;
            let begun = sessions::begin(tx, inside.keys(), &sessions::Start::of(tenant, user), device).await?;
            // A session that ended a moment ago does not live on as another.
            let ended = end(tx, Ends::Session(session)).await?;
            if !ended.has(Whose::Session(session)) && !begun.ended.has(Whose::Session(session)) {
                return Err(types::Error::unauthenticated().into());
            }
            Ok((begun, ended))
        })
        .await?;
    forget(product, &ended);
    sessions::hand_out(product, begun)
}

/// Where the user is signed in, the one used last first.
///
/// # Errors
/// When the database does not answer.
pub async fn own_sessions(product: &Omnichat, own: &InPerson) -> Result<Vec<OwnSession>> {
    type Row = (SessionId, String, String, String, Timestamp, Timestamp, Option<UserId>);
    let (user, current) = (own.user(), own.session());
    let found: Vec<Row> = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let found = rows::table
                .inner_join(tenants::table.on(tenants::id.eq(rows::tenant_id)))
                .filter(rows::user_id.eq(user))
                .filter(rows::revoked_at.is_null())
                .filter(rows::expires_at.gt(Timestamp::now()))
                .order((rows::last_seen_at.desc(), rows::id.desc()))
                .limit(LIVE)
                .select((
                    rows::id,
                    rows::user_agent,
                    rows::ip,
                    tenants::name,
                    rows::created_at,
                    rows::last_seen_at,
                    rows::impersonated_by,
                ))
                .load(tx.conn())
                .await?;
            Ok(found)
        })
        .await?;
    let own = found.into_iter().map(|(id, agent, ip, business, created_at, last_seen_at, by)| OwnSession {
        id,
        device: device_words(&agent),
        // Where the platform's people sit is theirs.
        ip: if by.is_some() { String::new() } else { ip },
        business,
        created_at,
        last_seen_at,
        is_current: id == current,
        is_impersonated: by.is_some(),
    });
    Ok(own.collect())
}

/// Ends one of the user's sessions, its sockets included.
///
/// # Errors
/// `not_found` when it is not the user's, or has ended.
pub async fn end_own_session(product: &Omnichat, own: &InPerson, session: SessionId) -> Result<()> {
    let user = own.user();
    let ended = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let theirs = rows::table
                .filter(rows::id.eq(session))
                .filter(rows::user_id.eq(user))
                .filter(rows::revoked_at.is_null())
                .select(rows::id)
                .first(tx.conn())
                .await
                .or_not_found("session")?;
            end(tx, Ends::Session(theirs)).await
        })
        .await?;
    forget(product, &ended);
    Ok(())
}

/// Ends every session of the user but the one that asks.
///
/// # Errors
/// When the database does not answer.
pub async fn end_other_sessions(product: &Omnichat, own: &InPerson) -> Result<()> {
    let (user, current) = (own.user(), own.session());
    let ended = product.db().system(async move |tx: &mut SystemTx| end(tx, Ends::Others(user, current)).await).await?;
    forget(product, &ended);
    Ok(())
}

/// Which sessions end.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ends {
    /// One, and what an admin began from it.
    Session(SessionId),
    /// All of a user but one, and what the user as an admin began from others.
    Others(UserId, SessionId),
    /// All of a user, and what the user as an admin began.
    User(UserId),
    /// All of a user in one business.
    In(TenantId, UserId),
    /// All that a business's provider vouched for.
    Bound(TenantId),
}

/// Ends sessions, with all that was handed out for them: log-out, revocation,
/// a stolen token and a new password come through here. To be told to
/// [`forget`] after the commit.
pub(crate) async fn end(tx: &mut SystemTx, which: Ends) -> Result<Marks> {
    let live = diesel::update(rows::table.filter(rows::revoked_at.is_null())).into_boxed();
    let these = match which {
        Ends::Session(session) => live.filter(rows::id.eq(session).or(rows::parent_id.eq(session))),
        Ends::Others(user, spared) => live
            .filter(rows::user_id.eq(user).or(rows::impersonated_by.eq(user)))
            .filter(rows::id.ne(spared))
            .filter(rows::parent_id.is_null().or(rows::parent_id.ne(spared))),
        Ends::User(user) => live.filter(rows::user_id.eq(user).or(rows::impersonated_by.eq(user))),
        Ends::In(tenant, user) => live.filter(rows::tenant_id.eq(tenant)).filter(rows::user_id.eq(user)),
        Ends::Bound(tenant) => live.filter(rows::tenant_id.eq(tenant)).filter(rows::is_tenant_bound),
    };
    let ended: Vec<SessionId> =
        these.set(rows::revoked_at.eq(Timestamp::now())).returning(rows::id).get_results(tx.conn()).await?;
    mark(tx.conn(), ended.into_iter().map(Whose::Session)).await
}

/// Ends the sessions of a user that were used longest ago, so that there is room for one more.
pub(super) async fn end_oldest(tx: &mut SystemTx, user: UserId) -> Result<Marks> {
    let live = rows::table
        .filter(rows::user_id.eq(user))
        .filter(rows::impersonated_by.is_null())
        .filter(rows::revoked_at.is_null())
        .filter(rows::expires_at.gt(Timestamp::now()));
    let newest_first = live.order((rows::last_seen_at.desc(), rows::id.desc())).offset(LIVE - 1).limit(LIVE);
    let oldest: Vec<SessionId> = newest_first.select(rows::id).load(tx.conn()).await?;
    if oldest.is_empty() {
        return Ok(Marks::default());
    }
    // Who signs in at the same time ends some of them: neither waits for the other.
    let ours: Vec<SessionId> = rows::table
        .filter(rows::id.eq_any(oldest))
        .filter(rows::revoked_at.is_null())
        .select(rows::id)
        .for_update()
        .skip_locked()
        .load(tx.conn())
        .await?;
    let mut ended = Marks::default();
    for session in ours {
        ended = ended.and(end(tx, Ends::Session(session)).await?);
    }
    Ok(ended)
}

/// What was handed out for ended sessions is not good any more: tokens are
/// refused, sockets end.
pub(super) fn forget(product: &Omnichat, ended: &Marks) {
    marks::tell(product, ended);
}

/// The user agent of this program itself, when it signs in to make a demo.
pub const SERVER_AGENT: &str = "omnichat seed";

/// A device in the words of a person: "Firefox on Windows".
pub(crate) fn device_words(agent: &str) -> String {
    // Whoever pretends to be somebody else comes before the one they pretend to be.
    const BROWSERS: [(&str, &str); 9] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("CrOS", "ChromeOS"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let find =
        |list: &[(&str, &'static str)]| list.iter().find(|(part, _)| agent.contains(part)).map(|(_, word)| *word);
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(word), None) | (None, Some(word)) => word.to_owned(),
        (None, None) => "Unknown device".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::device_words;

    #[test]
    fn devices_are_named_as_people_name_them() {
        let known = [
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox on Windows"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            ("curl/8.5.0", "curl"),
            ("", "Unknown device"),
        ];
        for (agent, words) in known {
            assert_eq!(device_words(agent), words);
        }
    }
}
