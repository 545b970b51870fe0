//! Keys with which programs call for a tenant.

use super::{
    Caller, ManageKeys, Permit,
    permission::Who,
    reach::{self, Behind},
    sessions::suspended,
};
use crate::{
    Error, Network, Omnichat, Result, audit,
    database::{Db, SystemTx, TenantTx},
    error::OrNotFound as _,
    keys::{Keys, Stamped, hash_secret, random_secret},
    rates::Subject,
    schema::{api_keys, tenants, users},
};
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods, JoinOnDsl as _, NullableExpressionMethods as _,
    OptionalExtension as _, QueryDsl,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use std::{
    collections::HashMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use types::{
    ApiKeyId, ErrorCode, TenantId, Timestamp, UserId,
    accounts::{ApiKey, NewApiKey, Permission, Permissions},
    audit::AuditAction,
};

/// Every key starts with this, so that a leaked one is recognised.
const PREFIX: &str = "oc_";
/// Characters of a key without its stamp, and with it.
const BODY_CHARS: usize = 46;
const STAMPED_CHARS: usize = BODY_CHARS + 22;
/// Characters of a key that are kept to recognise it by.
const HINT_CHARS: usize = 8;
/// Days that a key may be good for at most.
const DAYS: u32 = 3_650;
/// Keys of a tenant.
const KEYS: i64 = 100;
/// How long a key is remembered without asking the database. One that is
/// revoked through this process is forgotten at once.
const REMEMBER: Duration = Duration::from_secs(5);
/// Keys remembered at once.
const REMEMBERED: usize = 10_000;

/// Makes a key. It is returned once and stored as a hash. Nobody can give a
/// key more than they hold by now, but for the scope to ask the AI. One that is
/// made with a key lives no longer than that, and is revoked with it.
///
/// # Errors
/// When the name or the life is not usable, a scope is missing or not the
/// caller's to give, or there are too many keys.
pub async fn create_api_key(
    product: &Omnichat,
    permit: &Permit<ManageKeys>,
    new: NewApiKey,
) -> Result<(String, ApiKey)> {
    let (key, mut made) = prepare(Some(product.keys()), &new)?;
    let (asked, hash) = (permit.clone(), hash_secret(&key));
    let made = product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            // With the lock: who goes takes along the keys that there are.
            let by = reach::lock_by(tx.conn(), &asked).await?;
            check_givable(by.caller().permissions(), made.scopes)?;
            let held: i64 =
                api_keys::table.filter(api_keys::tenant_id.eq(tenant)).count().get_result(tx.conn()).await?;
            if held >= KEYS {
                let message = format!("There are {held} keys already, which is the most. Revoke one first.");
                return Err(Error::refused(ErrorCode::TooLarge, message));
            }
            made.expires_at = made.expires_at.into_iter().chain(by.behind.until).min();
            insert(tx, &made, hash, by.behind).await?;
            let scopes = made.scopes.names().join(", ");
            audit::record(tx, by.caller(), AuditAction::KeyCreated, &made.name, &[("scopes", scopes)]).await?;
            Ok(made)
        })
        .await?;
    Ok((key, made))
}

/// Refuses scopes that whoever has these permissions may not give.
fn check_givable(permissions: Permissions, scopes: Permissions) -> Result<()> {
    if givable(permissions).covers(scopes) {
        return Ok(());
    }
    let message = "A key cannot do more than the one who makes it. Choose fewer scopes.";
    Err(types::Error::new(ErrorCode::Forbidden, message).field("scopes").into())
}

/// What somebody with these permissions may give a key: to ask the AI is everybody's to give.
pub(super) fn givable(permissions: Permissions) -> Permissions {
    permissions.iter().chain([Permission::Chat]).collect()
}

/// Takes from the keys of a person whatever their role `may` not do any more, and ends those that can do nothing then:
/// all of them when the person goes. Gives how many were changed. Those that were made with them are theirs too.
pub(super) async fn reduce_keys_of(
    conn: &mut AsyncPgConnection,
    tenant: TenantId,
    user: UserId,
    may: Permissions,
) -> Result<usize> {
    let own = || api_keys::table.filter(api_keys::tenant_id.eq(tenant)).filter(api_keys::created_by.eq(user));
    let held: Vec<(ApiKeyId, Vec<String>)> =
        own().select((api_keys::id, api_keys::permissions)).for_update().load(conn).await?;
    let mut changed = 0;
    for (id, names) in held {
        let scopes = Permissions::from_names(names);
        let left: Permissions = scopes.iter().filter(|scope| may.has(*scope)).collect();
        if left == scopes {
            continue;
        }
        changed += 1;
        let key = api_keys::table.filter(api_keys::tenant_id.eq(tenant)).filter(api_keys::id.eq(id));
        if left == Permissions::NONE {
            diesel::delete(key).execute(conn).await?;
        } else {
            diesel::update(key).set(api_keys::permissions.eq(left.names())).execute(conn).await?;
        }
    }
    Ok(changed)
}

/// Makes a key for a tenant on the word of whoever runs the server.
///
/// # Errors
/// When the name is not usable.
pub async fn issue_api_key(product: &Omnichat, tenant: TenantId, new: NewApiKey) -> Result<String> {
    issue(product.db(), Some(product.keys()), tenant, new).await
}

/// The same with the database alone, beside a running server. Without the server's keys it has no stamp, and is good
/// all the same.
///
/// # Errors
/// When the name is not usable.
pub async fn issue_api_key_in(db: &Db, keys: Option<&Keys>, tenant: TenantId, new: NewApiKey) -> Result<String> {
    issue(db, keys, tenant, new).await
}

async fn issue(db: &Db, keys: Option<&Keys>, tenant: TenantId, new: NewApiKey) -> Result<String> {
    let (key, made) = prepare(keys, &new)?;
    let hash = hash_secret(&key);
    db.tenant(tenant, async move |tx: &mut TenantTx| {
        insert(tx, &made, hash, Behind::default()).await?;
        audit::record_by_system(tx, AuditAction::KeyCreated, &made.name, &[]).await
    })
    .await?;
    Ok(key)
}

fn prepare(keys: Option<&Keys>, new: &NewApiKey) -> Result<(String, ApiKey)> {
    let name = super::name_of(&new.name, "name", "the key")?;
    if new.scopes == Permissions::NONE {
        return Err(types::Error::invalid("Please choose at least one scope.").field("scopes").into());
    }
    if new.days.is_some_and(|days| days == 0 || days > DAYS) {
        let message = format!("A key is good for 1 to {DAYS} days, or until it is revoked.");
        return Err(types::Error::invalid(message).field("days").into());
    }
    let body = format!("{PREFIX}{}", random_secret());
    let stamp = keys.map(|keys| keys.stamp(Stamped::ApiKey, &body)).unwrap_or_default();
    let key = format!("{body}{stamp}");
    let now = Timestamp::now();
    let made = ApiKey {
        id: ApiKeyId::new(),
        name,
        hint: key.chars().take(HINT_CHARS).collect(),
        scopes: new.scopes,
        created_by: None,
        created_at: now,
        expires_at: new.days.map(|days| now.plus_seconds(i64::from(days) * 24 * 3600)),
        last_used_at: None,
    };
    Ok((key, made))
}

async fn insert(tx: &mut TenantTx, key: &ApiKey, hash: Vec<u8>, behind: Behind) -> Result<()> {
    let tenant = tx.tenant();
    diesel::insert_into(api_keys::table)
        .values((
            api_keys::tenant_id.eq(tenant),
            api_keys::id.eq(key.id),
            api_keys::name.eq(&key.name),
            api_keys::key_hash.eq(hash),
            api_keys::permissions.eq(key.scopes.names()),
            api_keys::hint.eq(&key.hint),
            api_keys::created_by.eq(behind.user),
            api_keys::made_with.eq(behind.key),
            api_keys::created_at.eq(key.created_at),
            api_keys::expires_at.eq(key.expires_at),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The keys of the tenant, newest first, expired ones included.
///
/// # Errors
/// When the database does not answer.
pub async fn list_api_keys(product: &Omnichat, permit: &Permit<ManageKeys>) -> Result<Vec<ApiKey>> {
    type Row = (ApiKeyId, String, String, Vec<String>, Option<String>, Timestamp, Option<Timestamp>, Option<Timestamp>);
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let rows: Vec<Row> = api_keys::table
                .left_join(users::table.on(users::id.nullable().eq(api_keys::created_by)))
                .filter(api_keys::tenant_id.eq(tenant))
                .order(api_keys::id.desc())
                .limit(KEYS)
                .select((
                    api_keys::id,
                    api_keys::name,
                    api_keys::hint,
                    api_keys::permissions,
                    users::name.nullable(),
                    api_keys::created_at,
                    api_keys::expires_at,
                    api_keys::last_used_at,
                ))
                .load(tx.conn())
                .await?;
            let keys =
                rows.into_iter().map(|(id, name, hint, scopes, created_by, created_at, expires_at, used)| ApiKey {
                    id,
                    name,
                    hint,
                    scopes: Permissions::from_names(scopes),
                    created_by,
                    created_at,
                    expires_at,
                    last_used_at: used,
                });
            Ok(keys.collect())
        })
        .await
}

/// Revokes a key, and those that were made with it. They are good for nothing from now on.
///
/// # Errors
/// When the key is not there.
pub async fn revoke_api_key(product: &Omnichat, permit: &Permit<ManageKeys>, id: ApiKeyId) -> Result<()> {
    let (caller, tenant) = (permit.caller().clone(), permit.tenant());
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            // Or a key could be made with it meanwhile.
            reach::lock(tx.conn(), tenant).await?;
            let name: String =
                diesel::delete(api_keys::table.filter(api_keys::tenant_id.eq(tenant)).filter(api_keys::id.eq(id)))
                    .returning(api_keys::name)
                    .get_result(tx.conn())
                    .await
                    .or_not_found("key")?;
            audit::record(tx, &caller, AuditAction::KeyRevoked, &name, &[]).await
        })
        .await?;
    product.known_keys().forget(|known| known.tenant() == tenant);
    Ok(())
}

/// The program that a key stands for. What is no good is counted for the
/// network that it comes `from`, and so is not looked up without end: a key
/// without a stamp of ours was made by an earlier release, on a command line that
/// knew no secret key, under one that has been given up, or up.
///
/// # Errors
/// `unauthenticated` when it is unknown or expired, `suspended` with its
/// tenant, `too_many_requests` when too many that were no good came before it.
pub async fn api_key(product: &Omnichat, key: &str, from: Network) -> Result<Caller> {
    let (guesser, known) = (Subject::BadCredentials(from), product.known_keys());
    let refuse = || {
        let _counted = product.rates().take(guesser);
        Err(types::Error::unauthenticated().into())
    };
    if !key.starts_with(PREFIX) || !matches!(key.len(), BODY_CHARS | STAMPED_CHARS) {
        return Err(types::Error::unauthenticated().into());
    }
    let hash = hash_secret(key);
    let is_ours = match known.recall(&hash) {
        Recalled::Good(caller) => return Ok(caller),
        Recalled::Bad => return refuse(),
        Recalled::Suspended(reason) => {
            let _counted = product.rates().take(guesser);
            return Err(suspended(&reason));
        }
        Recalled::GoodOnce => true,
        Recalled::Unknown => key
            .split_at_checked(BODY_CHARS)
            .is_some_and(|(body, stamp)| product.keys().is_stamped(Stamped::ApiKey, body, stamp)),
    };
    if !is_ours {
        product.rates().look(guesser).check()?;
        product.rates().look_at_unstamped(from)?;
    }
    let asked = known.changes();
    type Row = (TenantId, ApiKeyId, String, Vec<String>, Option<Timestamp>, String);
    let wanted = hash.clone();
    let found: Option<Row> = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let found = api_keys::table
                .inner_join(tenants::table.on(tenants::id.eq(api_keys::tenant_id)))
                .filter(api_keys::key_hash.eq(wanted))
                .filter(api_keys::expires_at.is_null().or(api_keys::expires_at.gt(Timestamp::now())))
                .select((
                    api_keys::tenant_id,
                    api_keys::id,
                    api_keys::name,
                    api_keys::permissions,
                    tenants::suspended_at,
                    tenants::suspended_reason,
                ))
                .first::<Row>(tx.conn())
                .await
                .optional()?;
            if let Some((tenant, id, ..)) = &found {
                // Once a minute is enough to see which keys are in use.
                let stale =
                    api_keys::last_used_at.is_null().or(api_keys::last_used_at.lt(Timestamp::now().plus_seconds(-60)));
                diesel::update(
                    api_keys::table.filter(api_keys::tenant_id.eq(tenant)).filter(api_keys::id.eq(id)).filter(stale),
                )
                .set(api_keys::last_used_at.eq(Timestamp::now()))
                .execute(tx.conn())
                .await?;
            }
            Ok(found)
        })
        .await?;
    let Some((tenant, id, name, permissions, suspended_at, reason)) = found else {
        // One of ours that was revoked may be shown for ever; what was made up is counted as it is.
        if is_ours {
            known.remember(hash, Kept::Bad, asked);
        }
        return refuse();
    };
    let permissions = Permissions::from_names(permissions);
    let caller = Caller { tenant, name, permissions, ip: String::new(), who: Who::Key(id) };
    if suspended_at.is_some() {
        let _counted = product.rates().take(guesser);
        known.remember(hash, Kept::Suspended(caller, reason.clone()), asked);
        return Err(suspended(&reason));
    }
    known.remember(hash, Kept::Good(caller.clone()), asked);
    Ok(caller)
}

/// What was found of a key.
#[derive(Debug)]
enum Kept {
    Good(Caller),
    /// Its tenant was suspended, for this reason.
    Suspended(Caller, String),
    Bad,
}

/// Keys that were presented lately, in this process, by their hashes.
#[derive(Debug, Default)]
pub(crate) struct KnownKeys {
    /// By when they were looked up.
    known: Mutex<HashMap<Vec<u8>, (Instant, Kept)>>,
    /// How often something was forgotten. What was read before is not remembered after.
    changes: AtomicU64,
}

/// What is remembered of a key.
enum Recalled {
    /// It stands for this program.
    Good(Caller),
    /// It stands for nobody.
    Bad,
    /// It was good a moment ago, and its tenant is suspended.
    Suspended(String),
    /// It was good lately, and may be so still.
    GoodOnce,
    Unknown,
}

impl KnownKeys {
    fn recall(&self, hash: &[u8]) -> Recalled {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((since, kept)) = known.get(hash) else { return Recalled::Unknown };
        let is_fresh = since.elapsed() < REMEMBER;
        match kept {
            Kept::Good(caller) if is_fresh => Recalled::Good(caller.clone()),
            Kept::Suspended(_, reason) if is_fresh => Recalled::Suspended(reason.clone()),
            Kept::Good(_) | Kept::Suspended(..) => Recalled::GoodOnce,
            Kept::Bad if is_fresh => Recalled::Bad,
            Kept::Bad => Recalled::Unknown,
        }
    }

    fn changes(&self) -> u64 {
        AtomicU64::load(&self.changes, Ordering::SeqCst)
    }

    fn remember(&self, hash: Vec<u8>, kept: Kept, asked: u64) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if self.changes() != asked {
            return;
        }
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(hash, (Instant::now(), kept));
    }

    /// Forgets the keys of which `is_meant` says so.
    pub(crate) fn forget(&self, is_meant: impl Fn(&Caller) -> bool) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        self.changes.fetch_add(1, Ordering::SeqCst);
        known.retain(|_, (_, kept)| match kept {
            Kept::Good(caller) | Kept::Suspended(caller, _) => !is_meant(caller),
            Kept::Bad => true,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_a_suspended_tenant_is_remembered_until_the_tenant_comes_back() {
        let known = KnownKeys::default();
        let (tenant, hash) = (TenantId::new(), vec![7; 32]);
        let who = Who::Key(ApiKeyId::new());
        let caller = Caller { tenant, name: String::new(), permissions: Permissions::NONE, ip: String::new(), who };
        known.remember(hash.clone(), Kept::Suspended(caller, "unpaid".to_owned()), known.changes());
        assert!(matches!(known.recall(&hash), Recalled::Suspended(reason) if reason == "unpaid"));
        known.forget(|known| known.tenant() == tenant);
        assert!(matches!(known.recall(&hash), Recalled::Unknown));
    }
}
