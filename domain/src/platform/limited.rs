//! Who is limited, and why: what this server refused lately.

use crate::{
    Omnichat, Result,
    accounts::PlatformAdmin,
    database::{SystemTx, TenantTx},
    rates::{Limited, Who},
    schema::{api_keys, tenants, users},
};
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;
use std::collections::{BTreeMap, HashMap};
use types::{ApiKeyId, TenantId, UserId, platform::LimitedOne};

/// What the ones that are limited are called.
#[derive(Default)]
struct Names {
    tenants: HashMap<TenantId, String>,
    users: HashMap<UserId, String>,
    keys: HashMap<ApiKeyId, String>,
}

/// Who was refused lately by this server, the last one first, 256 at most.
///
/// # Errors
/// When the database does not answer.
pub async fn limited(product: &Omnichat, _admin: &PlatformAdmin) -> Result<Vec<LimitedOne>> {
    let limited = product.rates().limited();
    let names = Names::read(product, &limited).await?;
    let shown = limited.into_iter().map(|one| {
        let tenant = one.tenant.and_then(|id| Some((id, names.tenants.get(&id)?.clone())));
        let (who, limit) = (names.words(one.who), one.limit.words().to_owned());
        LimitedOne { limit, who, tenant, count: one.count, since: one.since, last: one.last }
    });
    Ok(shown.collect())
}

impl Names {
    async fn read(product: &Omnichat, limited: &[Limited]) -> Result<Self> {
        let of: Vec<TenantId> = limited.iter().filter_map(|one| one.tenant).collect();
        let people: Vec<UserId> =
            limited.iter().filter_map(|one| if let Who::User(user) = one.who { Some(user) } else { None }).collect();
        let mut names = product
            .db()
            .system(async move |tx: &mut SystemTx| {
                let businesses = tenants::table.filter(tenants::id.eq_any(of)).select((tenants::id, tenants::name));
                let businesses: Vec<(TenantId, String)> = businesses.load(tx.conn()).await?;
                let users =
                    users::table.filter(users::id.eq_any(people)).select((users::id, users::name, users::email));
                let users: Vec<(UserId, String, String)> = users.load(tx.conn()).await?;
                Ok(Self {
                    tenants: businesses.into_iter().collect(),
                    users: users.into_iter().map(|(id, name, email)| (id, format!("{name} ({email})"))).collect(),
                    keys: HashMap::new(),
                })
            })
            .await?;
        let mut keys: BTreeMap<TenantId, Vec<ApiKeyId>> = BTreeMap::new();
        for one in limited {
            if let (Who::Key(key), Some(tenant)) = (one.who, one.tenant) {
                keys.entry(tenant).or_default().push(key);
            }
        }
        for (tenant, keys) in keys {
            let found: Vec<(ApiKeyId, String)> = product
                .db()
                .tenant(tenant, async move |tx: &mut TenantTx| {
                    let of_tenant = api_keys::table.filter(api_keys::tenant_id.eq(tenant));
                    let named = of_tenant.filter(api_keys::id.eq_any(keys)).select((api_keys::id, api_keys::name));
                    Ok(named.load(tx.conn()).await?)
                })
                .await?;
            names.keys.extend(found);
        }
        Ok(names)
    }

    /// Who it is, for those who run the platform.
    fn words(&self, who: Who) -> String {
        match who {
            Who::Tenant(tenant) => self.tenants.get(&tenant).cloned().unwrap_or_else(|| "A business".to_owned()),
            Who::User(user) => self.users.get(&user).cloned().unwrap_or_else(|| "A person".to_owned()),
            Who::Key(key) => match self.keys.get(&key) {
                Some(name) => format!("API key “{name}”"),
                None => "An API key".to_owned(),
            },
            Who::Network(network) => network.to_string(),
            Who::Account(_) => "An account, from many networks".to_owned(),
            Who::Device(_) => "A known device of an account".to_owned(),
            Who::Address(_) => "An e-mail address".to_owned(),
            Who::Provider(_) => "A company’s sign-in".to_owned(),
            Who::Visitor(_) => "A visitor".to_owned(),
            Who::Conversation(_) => "A conversation".to_owned(),
        }
    }
}
