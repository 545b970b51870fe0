//! A tenant whose language model writes a word every few seconds, and whose
//! visitors go on asking.

use super::wire::stranger;
use crate::{
    business::{self, Business},
    client::Caller,
    process::Server,
};
use anyhow::Result;
use api::answers::{GetAiSettings, UpdateAiSettings};
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;
use types::{
    ClientId,
    answers::{AiSettingsUpdate, LlmEndpointUpdate, LlmPreset},
};

/// Visitors who ask at once.
const VISITORS: usize = 14;
/// Time between two words of the model.
const WORD: Duration = Duration::from_millis(5_400);
/// Time between two questions of a visitor.
const QUESTION: Duration = Duration::from_secs(6);
/// First number of the addresses.
const KIND: u8 = 90;

/// A model that drips.
#[derive(Debug)]
pub struct Model(SocketAddr);

impl Model {
    /// Starts it.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(drip(stream));
            }
        });
        Ok(Self(address))
    }

    /// Host and port.
    pub fn host(&self) -> String {
        self.0.to_string()
    }
}

async fn drip(mut stream: TcpStream) -> std::io::Result<()> {
    let mut request = [0; 16 * 1024];
    let _read = stream.read(&mut request).await?;
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n").await?;
    loop {
        stream.write_all(b"data: {\"choices\":[{\"delta\":{\"content\":\"well \"}}]}\n\n").await?;
        tokio::time::sleep(WORD).await;
    }
}

/// The tenant.
#[derive(Debug)]
pub struct Tenant(Vec<Caller>);

impl Tenant {
    /// Registers it, names the model and lets its visitors in.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn prepare(server: &Server, model: &Model) -> Result<Self> {
        let business = Business::register(server, "Drip").await?;
        let text = "## Delivery\n\nDelivery takes three to five working days within the country.";
        crate::knowledge::teach(&business, "Delivery", text).await?;
        let settings = business.owner.call(&GetAiSettings {}).await?;
        let endpoint = LlmEndpointUpdate {
            base_url: format!("http://{}/v1", model.0),
            model: "drip".to_owned(),
            key: Some("none".to_owned()),
            ..LlmEndpointUpdate::preset(LlmPreset::Custom)
        };
        let update = AiSettingsUpdate { endpoints: vec![endpoint], ..AiSettingsUpdate::of(settings) };
        business.owner.call(&UpdateAiSettings { update }).await?;
        let mut visitors = Vec::new();
        for place in 0..VISITORS {
            visitors.push(business.visitor_from(stranger(KIND, place)).await?);
        }
        Ok(Self(visitors))
    }

    /// Asks until it is told to stop.
    pub fn begin(self, stop: &CancellationToken) -> JoinHandle<()> {
        let stop = stop.clone();
        tokio::spawn(async move {
            let asking = self.0.iter().zip(0_u32..).map(|(visitor, place)| async move {
                // People do not ask all at the same moment.
                tokio::time::sleep(QUESTION * place / VISITORS as u32).await;
                for number in 0_u32.. {
                    let question = format!("Question {number} of {place}: how long does delivery take?");
                    // What is refused is asked again.
                    let _refused = business::send(visitor, ClientId::random(), question).await;
                    tokio::time::sleep(QUESTION).await;
                }
            });
            tokio::select! {
                _ = futures::future::join_all(asking) => {}
                () = stop.cancelled() => {}
            }
        })
    }
}
