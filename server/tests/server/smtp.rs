//! A mail server of its own for a test, which can be in a bad mood.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// How it takes one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// Every mail is welcome.
    Fine,
    /// Come back later.
    Later,
    /// Never.
    Refuses,
    /// It takes the mail and says nothing more.
    Silent,
    /// It does not know this user.
    Locked,
}

/// A mail that arrived, or tried to.
#[derive(Clone, Debug, Default)]
pub struct Arrival {
    /// What the client called itself.
    pub hello: String,
    /// What it said to sign in.
    pub auth: String,
    /// The envelope's sender.
    pub from: String,
    /// The envelope's recipients.
    pub to: Vec<String>,
    /// The mail itself, empty when it was not taken.
    pub data: String,
}

/// A running mail server.
#[derive(Debug)]
pub struct MailServer {
    /// Where it listens on this machine.
    pub port: u16,
    arrivals: Arc<Mutex<Vec<Arrival>>>,
}

impl MailServer {
    /// Starts one with a mood for each of the first connections; later ones are fine.
    pub async fn start(moods: &[Mood]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let arrivals = Arc::new(Mutex::new(Vec::new()));
        let (mut moods, log) = (VecDeque::from(moods.to_vec()), arrivals.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let mood = moods.pop_front().unwrap_or(Mood::Fine);
                tokio::spawn(speak(stream, mood, log.clone()));
            }
        });
        Self { port, arrivals }
    }

    /// Its address for a client.
    pub fn url(&self) -> String {
        format!("smtp://shop:p%40ss@127.0.0.1:{}", self.port)
    }

    /// Everything that came so far, taken or not.
    pub fn arrivals(&self) -> Vec<Arrival> {
        self.arrivals.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The mails that were taken.
    pub fn taken(&self) -> Vec<Arrival> {
        self.arrivals().into_iter().filter(|arrival| !arrival.data.is_empty()).collect()
    }
}

async fn speak(stream: TcpStream, mood: Mood, log: Arc<Mutex<Vec<Arrival>>>) {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    let mut arrival = Arrival::default();
    let record = |arrival: &Arrival| log.lock().unwrap_or_else(PoisonError::into_inner).push(arrival.clone());
    let mut answer = "220 mail.example ESMTP".to_owned();
    loop {
        if writer.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
            return;
        }
        let Ok(Some(line)) = lines.next_line().await else { return };
        let (word, rest) = line.split_once([' ', ':']).unwrap_or((&line, ""));
        answer = match (word.to_uppercase().as_str(), mood) {
            ("EHLO", _) => {
                rest.clone_into(&mut arrival.hello);
                "250-mail.example\r\n250-8BITMIME\r\n250 AUTH PLAIN".to_owned()
            }
            ("AUTH", Mood::Locked) => {
                record(&arrival);
                "535 5.7.8 wrong password".to_owned()
            }
            ("AUTH", _) => {
                rest.clone_into(&mut arrival.auth);
                "235 welcome".to_owned()
            }
            ("MAIL", _) => {
                rest.clone_into(&mut arrival.from);
                "250 ok".to_owned()
            }
            ("RCPT", Mood::Later) => {
                record(&arrival);
                "451 4.7.1 greylisted, come back later".to_owned()
            }
            ("RCPT", Mood::Refuses) => {
                record(&arrival);
                format!("550 5.1.1 {rest}: there is nobody of this name")
            }
            ("RCPT", _) => {
                arrival.to.push(rest.to_owned());
                "250 ok".to_owned()
            }
            ("DATA", _) => {
                writer.write_all(b"354 go on\r\n").await.unwrap();
                let mut data = String::new();
                while let Ok(Some(line)) = lines.next_line().await {
                    if line == "." {
                        break;
                    }
                    data.push_str(line.strip_prefix('.').unwrap_or(&line));
                    data.push_str("\r\n");
                }
                if mood == Mood::Silent {
                    record(&arrival);
                    return std::future::pending().await;
                }
                arrival.data = data;
                record(&arrival);
                "250 2.0.0 taken".to_owned()
            }
            ("QUIT", _) => "221 bye".to_owned(),
            _ => "500 what?".to_owned(),
        };
    }
}
