//! The chat widget: its settings, and the visitors who come through it.

mod visit;
mod visitor;

pub(crate) use visit::Visits;
pub use visit::{Page, appearance, loader, page};
pub(crate) use visitor::{LONGEST_SECONDS, end_in};
pub use visitor::{Visitor, end_visit, renew_visit, start_visit, visitor};

use crate::{
    Error, Omnichat, Result,
    accounts::{ManageSettings, Permit, ReadSettings, Whose, mark, name_of, tell},
    audit,
    database::TenantTx,
    error::OrNotFound as _,
    events::Draft,
    keys::random_secret,
    schema::{channels, widgets},
};
use diesel::{
    ExpressionMethods, QueryDsl, SelectableHelper as _,
    result::{DatabaseErrorKind, Error as QueryError},
};
use diesel_async::RunQueryDsl;
use types::{
    ChannelId, ErrorCode, Timestamp, WidgetId,
    audit::AuditAction,
    inbox::Platform,
    limits,
    realtime::Event,
    widgets::{Widget, WidgetConfig, WidgetUpdate},
};

#[derive(Debug, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = widgets)]
struct WidgetRow {
    id: WidgetId,
    name: String,
    config: serde_json::Value,
    allowed_domains: Vec<String>,
    is_active: bool,
    installed_at: Option<Timestamp>,
}

impl WidgetRow {
    fn widget(self, public_url: &str) -> Result<Widget> {
        Ok(Widget {
            id: self.id,
            name: self.name,
            config: serde_json::from_value(self.config).map_err(|error| Error::stored("widget config", error))?,
            allowed_domains: self.allowed_domains,
            is_active: self.is_active,
            is_installed: self.installed_at.is_some(),
            snippet: format!(r#"<script async src="{public_url}/w/{}.js"></script>"#, self.id),
        })
    }
}

/// Makes the first widget of a new tenant, with its channel.
pub(crate) async fn create_first(tx: &mut TenantTx) -> Result<()> {
    let (tenant, widget) = (tx.tenant(), WidgetId::new());
    let config = serde_json::to_value(WidgetConfig::default()).map_err(|error| Error::Internal(error.to_string()))?;
    diesel::insert_into(widgets::table)
        .values((
            widgets::tenant_id.eq(tenant),
            widgets::id.eq(widget),
            widgets::name.eq("Website"),
            widgets::config.eq(config),
            widgets::widget_secret.eq(random_secret()),
        ))
        .execute(tx.conn())
        .await?;
    diesel::insert_into(channels::table)
        .values((
            channels::tenant_id.eq(tenant),
            channels::id.eq(ChannelId::new()),
            channels::platform.eq(Platform::Website),
            channels::widget_id.eq(widget),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The widgets of the tenant, oldest first. A tenant whose registration was
/// cut short before its first widget gets it here.
///
/// # Errors
/// When the database does not answer.
pub async fn list(product: &Omnichat, permit: &Permit<ReadSettings>) -> Result<Vec<Widget>> {
    let rows = product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let rows = rows(tx).await?;
            if !rows.is_empty() {
                return Ok(rows);
            }
            create_first(tx).await?;
            self::rows(tx).await
        })
        .await?;
    rows.into_iter().map(|row| row.widget(product.public_url())).collect()
}

async fn rows(tx: &mut TenantTx) -> Result<Vec<WidgetRow>> {
    let tenant = tx.tenant();
    let query = widgets::table.filter(widgets::tenant_id.eq(tenant)).order(widgets::id).limit(100);
    Ok(query.select(WidgetRow::as_select()).load(tx.conn()).await?)
}

/// Changes a widget.
///
/// # Errors
/// When a field is not usable or the widget is not there.
pub async fn update(
    product: &Omnichat,
    permit: &Permit<ManageSettings>,
    id: WidgetId,
    update: WidgetUpdate,
) -> Result<Widget> {
    let name = name_of(&update.name, "name", "the widget")?;
    let config = check_config(update.config)?;
    let domains = check_domains(update.allowed_domains)?;
    let caller = permit.caller().clone();
    let (row, ended) = product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let this = widgets::table.filter(widgets::tenant_id.eq(tenant)).filter(widgets::id.eq(id));
            let before: (bool, Vec<String>) = this
                .select((widgets::is_active, widgets::allowed_domains))
                .for_update()
                .first(tx.conn())
                .await
                .or_not_found("widget")?;
            let changed = diesel::update(widgets::table)
                .filter(widgets::tenant_id.eq(tenant))
                .filter(widgets::id.eq(id))
                .set((
                    widgets::name.eq(&name),
                    widgets::config
                        .eq(serde_json::to_value(config).map_err(|error| Error::Internal(error.to_string()))?),
                    widgets::allowed_domains.eq(domains),
                    widgets::is_active.eq(update.is_active),
                ))
                .returning(WidgetRow::as_returning())
                .get_result(tx.conn())
                .await;
            if let Err(QueryError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) = changed {
                let message = "Another widget has this name already.";
                return Err(types::Error::new(ErrorCode::Conflict, message).field("name").into());
            }
            let changed: WidgetRow = changed.or_not_found("widget")?;
            audit::record(tx, &caller, AuditAction::WidgetUpdated, &name, &[]).await?;
            // Who talks on a page that it may not be on any more is asked again, and so are the others.
            let is_same = before == (changed.is_active, changed.allowed_domains.clone());
            let ended = mark(tx.conn(), (!is_same).then_some(Whose::Visitors(tenant))).await?;
            Ok((changed, ended))
        })
        .await?;
    product.visits().forget(id);
    tell(product, &ended);
    row.widget(product.public_url())
}

/// Gives a widget another secret: every visitor's token of before is not good
/// any more, and whoever was talking begins anew.
///
/// # Errors
/// When the widget is not there.
pub async fn rotate_secret(product: &Omnichat, permit: &Permit<ManageSettings>, id: WidgetId) -> Result<()> {
    let caller = permit.caller().clone();
    let ended = product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let name: String = diesel::update(widgets::table)
                .filter(widgets::tenant_id.eq(tenant))
                .filter(widgets::id.eq(id))
                .set((widgets::widget_secret.eq(random_secret()), widgets::epoch.eq(widgets::epoch + 1)))
                .returning(widgets::name)
                .get_result(tx.conn())
                .await
                .or_not_found("widget")?;
            audit::record(tx, &caller, AuditAction::WidgetSecretRotated, &name, &[]).await?;
            mark(tx.conn(), [Whose::Visitors(tenant)]).await
        })
        .await?;
    tell(product, &ended);
    Ok(())
}

/// Notes that a page of the tenant's own shows the widget. The first time it
/// is told to the dashboards.
///
/// # Errors
/// When the database does not answer.
pub async fn note_installed(product: &Omnichat, page: &Page) -> Result<()> {
    let id = page.widget();
    if product.visits().is_noted(id) {
        return Ok(());
    }
    product
        .db()
        .tenant(page.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let changed = diesel::update(widgets::table)
                .filter(widgets::tenant_id.eq(tenant))
                .filter(widgets::id.eq(id))
                .filter(widgets::installed_at.is_null())
                .set(widgets::installed_at.eq(Timestamp::now()))
                .execute(tx.conn())
                .await?;
            if changed > 0 {
                tx.record(Draft { event: Event::WidgetInstalled { widget_id: id }, contact: None, user: None });
            }
            Ok(())
        })
        .await?;
    product.visits().note(id);
    Ok(())
}

fn check_config(mut config: WidgetConfig) -> Result<WidgetConfig> {
    let refuse = |field: &str, message: String| Err(Error::Refused(types::Error::invalid(message).field(field)));
    let digits = config.color.strip_prefix('#').unwrap_or_default();
    if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return refuse("color", "Please give the colour as # and six digits, such as #0f766e.".to_owned());
    }
    config.title = config.title.trim().to_owned();
    config.greeting = config.greeting.trim().to_owned();
    if config.title.chars().count() > limits::NAME_CHARS {
        return refuse("title", format!("Please keep the title under {} characters.", limits::NAME_CHARS));
    }
    if config.greeting.chars().count() > 500 {
        return refuse("greeting", "Please keep the greeting under 500 characters.".to_owned());
    }
    config.suggested_questions = config
        .suggested_questions
        .iter()
        .map(|question| question.trim().to_owned())
        .filter(|q| !q.is_empty())
        .collect();
    if config.suggested_questions.len() > limits::SUGGESTED_QUESTIONS {
        return refuse(
            "suggested_questions",
            format!("Please suggest at most {} questions.", limits::SUGGESTED_QUESTIONS),
        );
    }
    if config.suggested_questions.iter().any(|question| question.chars().count() > limits::NAME_CHARS) {
        return refuse(
            "suggested_questions",
            format!("Please keep each question under {} characters.", limits::NAME_CHARS),
        );
    }
    Ok(config)
}

/// Hosts as they are compared: lower case, without scheme, path or `*.`.
fn check_domains(domains: Vec<String>) -> Result<Vec<String>> {
    let mut checked: Vec<String> = Vec::new();
    for domain in domains {
        let lower = domain.trim().to_lowercase();
        let host = lower.trim_start_matches("https://").trim_start_matches("http://").trim_start_matches("*.");
        let host = host.split(['/', '?', '#']).next().unwrap_or_default();
        if host.is_empty() {
            continue;
        }
        let fits =
            host.len() <= 253 && host.chars().all(|char| char.is_alphanumeric() || matches!(char, '.' | '-' | ':'));
        if !fits {
            let message = format!("“{domain}” is not a domain. It should look like example.com.");
            return Err(types::Error::invalid(message).field("allowed_domains").into());
        }
        if !checked.iter().any(|known| known == host) {
            checked.push(host.to_owned());
        }
    }
    if checked.len() > limits::WIDGET_DOMAINS {
        let message = format!("Please name at most {} domains.", limits::WIDGET_DOMAINS);
        return Err(types::Error::invalid(message).field("allowed_domains").into());
    }
    Ok(checked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_are_understood_as_people_write_them() {
        let given = ["https://Example.com/shop", "*.example.com", " shop.test:8080 ", ""].map(str::to_owned).to_vec();
        assert_eq!(check_domains(given).unwrap(), ["example.com", "shop.test:8080"]);
        assert!(check_domains(vec!["exa mple".to_owned()]).is_err());
    }

    #[test]
    fn fuzz_colours_and_domains() {
        let seeds: [&[u8]; 3] = [b"#0f766e\0https://Example.com/shop", b"#FFFFFF\0*.example.com:8080", b"red\0[::1]"];
        let words = ["#", "url(", ";", "}", "*.", "http://", "/", ":", "\u{130}", " "];
        fuzz::fuzz("colours_and_domains", &seeds, &words, |input| {
            let (color, domain) = fuzz::two_texts(input);
            if let Ok(config) = check_config(WidgetConfig { color: color.into_owned(), ..WidgetConfig::default() }) {
                assert!(config.color.len() == 7, "{} is no colour", config.color);
            }
            for domain in check_domains(vec![domain.into_owned()]).unwrap_or_default() {
                assert!(!domain.contains(['/', ' ', '\'', '"', '<', ';', ',']), "{domain}");
            }
        });
    }
}
