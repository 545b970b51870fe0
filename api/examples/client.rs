//! Asks a question with an API key and prints the answer, or what waits in
//! the inbox: the same typed functions that the dashboard and the widget use,
//! called from a program.
//!
//! ```text
//! omnichat api-key create --scopes chat,inbox.read   # prints a key for the demo business
//! cargo run -p api --example client -- --key oc_… "How long does delivery take?"
//! cargo run -p api --example client -- --key oc_… --inbox
//! ```

use api::{
    client::{Patience, set_patience},
    types::{Error, ErrorCode, inbox::InboxView},
};
use std::{process::ExitCode, time::Duration};

const USAGE: &str = "usage: client [--server http://127.0.0.1:3000] --key KEY (\"question\" | --inbox)";

struct Arguments {
    server: String,
    key: String,
    wish: Wish,
}

enum Wish {
    Ask(String),
    Inbox,
}

fn arguments() -> Option<Arguments> {
    let (mut server, mut key, mut wish) = ("http://127.0.0.1:3000".to_owned(), None, None);
    let mut given = std::env::args().skip(1);
    while let Some(argument) = given.next() {
        match argument.as_str() {
            "--server" => server = given.next()?,
            "--key" => key = Some(given.next()?),
            "--inbox" => wish = Some(Wish::Inbox),
            _ => wish = Some(Wish::Ask(argument)),
        }
    }
    Some(Arguments { server, key: key?, wish: wish? })
}

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::print_stderr, reason = "a program for a terminal speaks to it")]
async fn main() -> ExitCode {
    let Some(Arguments { server, key, wish }) = arguments() else {
        eprintln!("{USAGE}");
        return ExitCode::FAILURE;
    };
    if let Err(earlier) = api::set_server(&server) {
        eprintln!("the server is {earlier} already");
    }
    api::set_token(Some(key));
    // A person waits: ask twice, and not for long.
    set_patience(Patience { tries: 2, timeout: Duration::from_secs(20) });
    let done = match wish {
        Wish::Ask(question) => ask(question).await,
        Wish::Inbox => inbox().await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            // The code is for the program, the sentence for the person.
            if error.code == ErrorCode::Unauthenticated {
                eprintln!("Is the key right? Make one in the dashboard under Settings, API.");
            }
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stdout, reason = "a program for a terminal speaks to it")]
async fn ask(question: String) -> Result<(), Error> {
    let answer = api::answers::ask(question).await?;
    println!("{}\n", answer.text);
    for citation in &answer.citations {
        println!("[{}] {}: {}", citation.number, citation.title, citation.quote);
    }
    println!("confidence {:.0} %, {} ms", answer.confidence * 100.0, answer.milliseconds);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "a program for a terminal speaks to it")]
async fn inbox() -> Result<(), Error> {
    let mut before = None;
    loop {
        let page = api::inbox::list_conversations(InboxView::All, String::new(), before).await?;
        for conversation in &page.conversations {
            println!(
                "#{} {} {}: {}",
                conversation.number, conversation.status, conversation.contact.name, conversation.preview
            );
        }
        let Some(next) = page.next else { return Ok(()) };
        before = Some(next);
    }
}
