//! The log: one line an event, with the request and the tenant it belongs to,
//! and without what customers entrust to the business.

mod clean;

use crate::{Failure, config::LogFormat};
use clean::Clean;
use std::io::IsTerminal;
use tracing::Subscriber;
use tracing_subscriber::{
    EnvFilter, Layer,
    fmt::{self, MakeWriter},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

/// Starts the log on the standard error.
///
/// # Errors
/// When the filter cannot be understood.
pub fn start(format: LogFormat, filter: &str) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(filter).map_err(|error| {
        Failure::advice(format!(
            "the log filter \"{filter}\" cannot be understood ({error}); use info or info,server::web=debug"
        ))
    })?;
    subscriber(format, filter, std::io::stderr, std::io::stderr().is_terminal())
        .try_init()
        .map_err(|error| Failure::advice(format!("the log was started before: {error}")))
}

fn subscriber<W>(format: LogFormat, filter: EnvFilter, to: W, is_terminal: bool) -> impl Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let to = Clean { to, format, is_terminal };
    let lines = match format {
        LogFormat::Text => fmt::layer().with_ansi(is_terminal).with_writer(to).boxed(),
        LogFormat::Json => fmt::layer()
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .with_ansi(false)
            .with_writer(to)
            .boxed(),
    };
    tracing_subscriber::registry().with(filter).with(lines)
}

#[cfg(test)]
mod tests;
