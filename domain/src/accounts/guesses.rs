//! Checking a password without being guessed at. What was right is no try.
//! What was wrong is counted for the network, for the network and the account,
//! and for the account from wherever, so that many networks do not help. That
//! last ceiling is no way to lock the owner out: a device or a network from
//! which the account was signed in to before is judged by itself.

use super::{Device, known_device::KnownDevice, passwords, register::normal_email, second_factor::RightPassword};
use crate::{
    Error, Network, Omnichat, Result,
    database::SystemTx,
    rates::{Limit, Named, Tried, Who},
    schema::{memberships, sessions, tenants, users},
    security::Signal,
    shares::{Share, Shares, is_fair},
};
use diesel::{BoolExpressionMethods as _, ExpressionMethods, JoinOnDsl as _, OptionalExtension as _, QueryDsl};
use diesel_async::RunQueryDsl;
use std::{net::IpAddr, sync::LazyLock, time::Duration};
use types::{ErrorCode, TenantId, Timestamp, UserId};

const QUARTER: Duration = Duration::from_secs(900);
const HOUR: Duration = Duration::from_secs(3600);
/// Failed sign-ins to one account from one network in a quarter of an hour.
const OF_PAIR: (u32, Duration) = (8, QUARTER);
/// Failed sign-ins from one network in a quarter of an hour, whatever the account.
const OF_NETWORK: (u32, Duration) = (60, QUARTER);
/// Failed sign-ins to one account in an hour, from wherever it was not signed in to before.
const OF_ACCOUNT: (u32, Duration) = (30, HOUR);
/// Failed sign-ins of one account's device in an hour.
const OF_DEVICE: (u32, Duration) = (20, HOUR);
/// Right passwords for one account from one network in an hour, on devices that are not known: each is work, and a row.
const RIGHT_OF_PAIR: (u32, Duration) = (120, HOUR);
/// Right passwords on one known device in an hour. No other device uses them up.
const RIGHT_OF_DEVICE: (u32, Duration) = (240, HOUR);
/// For so many days a network is remembered as one of the account's.
const FAMILIAR_DAYS: i64 = 30;
/// Sessions that are looked through for it.
const FAMILIAR_SESSIONS: i64 = 50;
/// Passwords that wait to be checked at once: at two at a time and 20 ms each, some seconds.
const WAITING: u64 = 256;
/// Of which one network may always have so many, the one around it twice as many.
const WAITING_OF_ONE: u64 = 4;

/// Who waits for a password to be checked.
static TURNS: LazyLock<Shares<Option<Network>>> = LazyLock::new(Shares::default);

struct Found {
    user: UserId,
    hash: Option<String>,
    changed_at: Option<Timestamp>,
    tenant: TenantId,
}

/// The user whose address and password these are, with the tenant to come in to.
pub(super) async fn check_password(
    product: &Omnichat,
    email: &str,
    password: &str,
    device: &Device,
) -> Result<RightPassword> {
    let email = normal_email(email);
    let network = device.network();
    let account = Named::of(&email);
    let (of_network, of_pair, of_account) =
        (Tried::SignIn(network), Tried::SignInTo(network, account), Tried::Account(account));
    let throttle = product.throttle();
    let known = KnownDevice::read(product, device);
    if known.is_none() {
        // Refused before anything is done.
        throttle.look(of_network, OF_NETWORK.0, OF_NETWORK.1)?;
        throttle.look(of_pair, OF_PAIR.0, OF_PAIR.1)?;
    }
    let found = find(product, email).await?;
    let own = known.filter(|known| found.as_ref().is_some_and(|found| known.is_of(found.user, found.changed_at)));
    let (right, (most, within)) = match &own {
        Some(known) => (Tried::RightDevice(known.id()), RIGHT_OF_DEVICE),
        None => (Tried::RightSignIn(network, account), RIGHT_OF_PAIR),
    };
    throttle.look(right, most, within)?;
    let tries = match own {
        Some(known) => vec![(Tried::KnownDevice(known.id()), OF_DEVICE)],
        None => {
            let mut tries = vec![(of_network, OF_NETWORK), (of_pair, OF_PAIR)];
            let is_used_up = !throttle.has_room(of_account, OF_ACCOUNT.0, OF_ACCOUNT.1);
            if !(is_used_up && is_familiar(product, found.as_ref(), network).await?) {
                tries.push((of_account, OF_ACCOUNT));
            }
            tries
        }
    };
    // A try is counted before it is made, so that many at once are not more than one after the other.
    let turn = turn(product, network)?;
    let checked =
        passwords::verify_if(password.to_owned(), found.as_ref().and_then(|found| found.hash.clone()), || {
            count_all(product, &tries)
        })
        .await?;
    drop(turn);
    match found {
        Some(Found { user, hash, tenant, .. }) if checked => {
            for (tried, (most, within)) in tries {
                // Of the network around as well, which remembers others.
                throttle.give_back(tried, most, within);
                if matches!(tried, Tried::SignInTo(..) | Tried::KnownDevice(_)) {
                    throttle.forget(tried);
                }
            }
            throttle.count(right, most, within)?;
            Ok(RightPassword { user, tenant, hash })
        }
        found => {
            if let Some(found) = found {
                product.signals().note(Signal::FailedSignIn(found.user), network);
            }
            Err(Error::refused(
                ErrorCode::WrongCredentials,
                "E-mail or password is wrong. Please check both and try again.",
            ))
        }
    }
}

/// Counts a try for each, or for none.
fn count_all(product: &Omnichat, tries: &[(Tried, (u32, Duration))]) -> Result<()> {
    for (at, (tried, (most, within))) in tries.iter().enumerate() {
        if let Err(refused) = product.throttle().count(*tried, *most, *within) {
            for (counted, (most, within)) in tries.iter().take(at) {
                product.throttle().give_back(*counted, *most, *within);
            }
            return Err(refused);
        }
    }
    Ok(())
}

async fn find(product: &Omnichat, email: String) -> Result<Option<Found>> {
    type Row = (UserId, Option<String>, Option<Timestamp>, TenantId);
    let found: Option<Row> = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let found = users::table
                .inner_join(memberships::table.on(memberships::user_id.eq(users::id)))
                .inner_join(tenants::table.on(tenants::id.eq(memberships::tenant_id)))
                .filter(users::email.eq(email))
                // A suspended business last: whoever works elsewhere too comes in there.
                .order((tenants::suspended_at.is_not_null(), memberships::created_at))
                .select((users::id, users::password_hash, users::password_changed_at, memberships::tenant_id))
                .first(tx.conn())
                .await;
            Ok(found.optional()?)
        })
        .await?;
    Ok(found.map(|(user, hash, changed_at, tenant)| Found { user, hash, changed_at, tenant }))
}

/// Whether the account was signed in to from this network lately. What a new password ended does not count.
async fn is_familiar(product: &Omnichat, found: Option<&Found>, network: Network) -> Result<bool> {
    let Some((user, changed_at)) = found.map(|found| (found.user, found.changed_at)) else { return Ok(false) };
    let since = Timestamp::now().plus_seconds(-FAMILIAR_DAYS * 24 * 3600);
    let addresses: Vec<String> = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let own = sessions::table
                .filter(sessions::user_id.eq(user))
                .filter(sessions::impersonated_by.is_null())
                .filter(sessions::last_seen_at.gt(since))
                .filter(sessions::revoked_at.is_null().or(sessions::created_at.gt(changed_at.unwrap_or_default())));
            let newest = own.order(sessions::last_seen_at.desc()).limit(FAMILIAR_SESSIONS);
            Ok(newest.select(sessions::ip).load(tx.conn()).await?)
        })
        .await?;
    let mut networks = addresses.iter().filter_map(|address| address.parse::<IpAddr>().ok()).map(Network::of);
    Ok(networks.any(|other| other == network))
}

/// A place among those who wait for a password to be checked, of which no network has more than its share.
fn turn(product: &Omnichat, network: Network) -> Result<Share<Option<Network>, 3>> {
    let holders = [None, Some(network.around()), Some(network)];
    let turn = TURNS.take(1, holders, |[all, around, own]| {
        let may = all < WAITING
            && is_fair(WAITING, all, own + 1, WAITING_OF_ONE)
            && is_fair(WAITING, all, around.div_ceil(2) + 1, WAITING_OF_ONE);
        if may { Ok(()) } else { Err(()) }
    });
    turn.map_err(|()| {
        product.rates().note(Limit::SignIn, Who::Network(network), None);
        crate::rates::too_many(2).into()
    })
}
