//! A business with its owner, its widget and its visitors.

use crate::{client::Caller, process::Server};
use anyhow::{Context, Result};
use api::{accounts, answers, widgets};
use futures::{StreamExt, TryStreamExt, stream};
use std::net::Ipv4Addr;
use types::{
    ClientId, WidgetId,
    answers::AiSettingsUpdate,
    widgets::{SentMessage, VisitorPage},
};

/// Visitors that arrive at once.
const TOGETHER: usize = 32;

/// A registered business.
#[derive(Debug)]
pub struct Business {
    /// Its owner's browser.
    pub owner: Caller,
    /// Its short name.
    pub slug: String,
    /// Its widget.
    pub widget: WidgetId,
    /// A key for programs.
    pub key: Option<String>,
}

impl Business {
    /// Registers a business as its owner does.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn register(server: &Server, name: &str) -> Result<Self> {
        Self::register_as(Caller::browser(&server.url)?, name).await
    }

    /// Registers a business in a browser.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn register_as(owner: Caller, name: &str) -> Result<Self> {
        let email = format!("owner@{}.example", name.to_lowercase().replace(' ', "-"));
        let fields =
            [("business", name), ("name", "Olga Owner"), ("email", &email), ("password", "correct horse battery")];
        owner.submit::<()>("/api/accounts/register", &fields).await?;
        let me = owner.call(&accounts::Me {}).await?.context("nobody is signed in after registering")?;
        let widget = owner.call(&widgets::ListWidgets {}).await?.first().context("the business has no widget")?.id;
        Ok(Self { owner, slug: me.tenant.slug, widget, key: None })
    }

    /// Lets the AI answer new conversations, or not.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn switch_ai(&self, enabled: bool) -> Result<()> {
        let now = self.owner.call(&answers::GetAiSettings {}).await?;
        let update = AiSettingsUpdate { enabled, ..AiSettingsUpdate::of(now) };
        self.owner.call(&answers::UpdateAiSettings { update }).await?;
        Ok(())
    }

    /// A new visitor with a token, whose connections come from an address of this machine.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn visitor_from(&self, from: Ipv4Addr) -> Result<Caller> {
        let page = Caller::browser_from(self.owner.server(), Some(from))?.visitor(None);
        let session = page.call(&widgets::StartVisit { id: self.widget }).await?;
        Ok(page.visitor(Some(session.token)))
    }

    /// New visitors, each with a token.
    ///
    /// # Errors
    /// When the server refuses one.
    pub async fn visitors(&self, count: usize) -> Result<Vec<Caller>> {
        let arriving = stream::iter(0..count).map(|_| async {
            let session = self.owner.visitor(None).call(&widgets::StartVisit { id: self.widget }).await?;
            anyhow::Ok(self.owner.visitor(Some(session.token)))
        });
        arriving.buffer_unordered(TOGETHER).try_collect().await
    }
}

/// Sends a visitor's message.
///
/// # Errors
/// When the server refuses it.
pub async fn send(visitor: &Caller, client_id: ClientId, content: String) -> Result<SentMessage> {
    let page =
        VisitorPage { url: "https://shop.example/pots".to_owned(), title: "Pots".to_owned(), locale: "en".to_owned() };
    visitor.call(&widgets::SendMessage { client_id, content, page }).await
}
