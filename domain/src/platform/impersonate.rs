//! A platform admin works as somebody in a business, to help there. It is
//! written in the log of the business, ends within the hour, and leads back
//! to the admin's own session.

use crate::{
    Error, Omnichat, Result,
    accounts::{self, Device, Ends, Member, PlatformAdmin, SignedIn, Start},
    audit,
    database::SystemTx,
    error::OrNotFound as _,
    schema::{memberships, users},
};
use diesel::{ExpressionMethods, JoinOnDsl as _, QueryDsl};
use diesel_async::RunQueryDsl;
use types::{
    ErrorCode, TenantId, UserId,
    accounts::Role,
    audit::{ActorType, AuditAction},
};

/// Starts a session as somebody who works in a business: `user`, or the one who owns it.
///
/// # Errors
/// `not_found` when nobody is meant, `unauthenticated` when the admin's own
/// session has ended, `forbidden` when the admin is none any more.
pub async fn impersonate(
    product: &Omnichat,
    admin: &PlatformAdmin,
    tenant: TenantId,
    user: Option<UserId>,
    device: &Device,
) -> Result<SignedIn> {
    let (caller, device, inside) = ((***admin).clone(), device.clone(), product.clone());
    let own = (admin.user(), admin.session());
    let needs_factor = product.admins_need_factor();
    let begun = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            // The token may be minutes old; the right to be somebody else is asked for afresh.
            if !accounts::is_good(tx, own.0, own.1, needs_factor).await? {
                return Err(types::Error::unauthenticated().into());
            }
            let (user, name) = whom(tx, tenant, user).await?;
            if user == own.0 {
                return Err(types::Error::invalid("This is you. Switch to this business instead.").into());
            }
            let start = Start { impersonated_by: Some(own), ..Start::of(tenant, user) };
            let begun = accounts::begin(tx, inside.keys(), &start, device).await?;
            let action = AuditAction::ImpersonationStarted;
            audit::record_in(tx, tenant, ActorType::PlatformAdmin, &caller, action, &name, &[]).await?;
            Ok(begun)
        })
        .await?;
    accounts::hand_out(product, begun)
}

/// Who is meant, with their name.
async fn whom(tx: &mut SystemTx, tenant: TenantId, user: Option<UserId>) -> Result<(UserId, String)> {
    let mut query = memberships::table
        .inner_join(users::table.on(users::id.eq(memberships::user_id)))
        .filter(memberships::tenant_id.eq(tenant))
        .order(memberships::created_at)
        .select((users::id, users::name))
        .into_boxed();
    query = match user {
        Some(user) => query.filter(memberships::user_id.eq(user)),
        None => query.filter(memberships::role.eq(Role::Owner)),
    };
    query.first(tx.conn()).await.or_not_found("person")
}

/// Ends an impersonation and gives the admin's own session back; none when
/// that has ended meanwhile.
///
/// # Errors
/// `invalid` for somebody who works as nobody else.
pub async fn stop(product: &Omnichat, member: &Member) -> Result<Option<SignedIn>> {
    let Some((admin, own)) = member.impersonated_by().zip(member.parent()) else {
        return Err(types::Error::invalid("You work as yourself already.").into());
    };
    let (tenant, session, name) = (member.tenant(), member.session(), member.name().to_owned());
    let (member, inside) = (member.clone(), product.clone());
    let (ended, begun) = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            // The way back is good once: a token of an impersonation that has ended leads nowhere.
            let ended = accounts::end(tx, Ends::Session(session)).await?;
            if ended.is_empty() {
                return Err(Error::refused(ErrorCode::Unauthenticated, "Please sign in."));
            }
            let admin_name =
                users::table.filter(users::id.eq(admin)).select(users::name).first::<String>(tx.conn()).await?;
            let caller = member.as_admin(admin, admin_name);
            let action = AuditAction::ImpersonationEnded;
            audit::record_in(tx, tenant, ActorType::PlatformAdmin, &caller, action, &name, &[]).await?;
            match accounts::go_on(tx, inside.keys(), admin, own).await {
                // The admin's own business may be suspended, or they do not work there any more.
                Err(Error::Refused(_)) => Ok((ended, None)),
                other => Ok((ended, other?)),
            }
        })
        .await?;
    accounts::tell(product, &ended);
    begun.map(|begun| accounts::hand_out(product, begun)).transpose()
}
