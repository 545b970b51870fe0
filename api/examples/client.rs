//! Asks a question with an API key and prints the answer: the same typed
//! functions that the dashboard and the widget use, called from a program.
//!
//! ```text
//! omnichat api-key create            # prints a key for the demo business
//! cargo run -p api --example client -- --key oc_… "How long does delivery take?"
//! ```

use std::process::ExitCode;

const USAGE: &str = "usage: client [--server http://127.0.0.1:3000] --key KEY \"question\"";

struct Arguments {
    server: String,
    key: String,
    question: String,
}

fn arguments() -> Option<Arguments> {
    let (mut server, mut key, mut question) = ("http://127.0.0.1:3000".to_owned(), None, None);
    let mut given = std::env::args().skip(1);
    while let Some(argument) = given.next() {
        match argument.as_str() {
            "--server" => server = given.next()?,
            "--key" => key = Some(given.next()?),
            _ => question = Some(argument),
        }
    }
    Some(Arguments { server, key: key?, question: question? })
}

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for a terminal speaks to it")]
async fn main() -> ExitCode {
    let Some(Arguments { server, key, question }) = arguments() else {
        eprintln!("{USAGE}");
        return ExitCode::FAILURE;
    };
    if let Err(earlier) = api::set_server(&server) {
        eprintln!("the server is {earlier} already");
    }
    api::set_token(Some(key));
    match api::answers::ask(question).await {
        Ok(answer) => {
            println!("{}\n", answer.text);
            for citation in &answer.citations {
                println!("[{}] {}: {}", citation.number, citation.title, citation.quote);
            }
            println!("confidence {:.0} %, {} ms", answer.confidence * 100.0, answer.milliseconds);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
