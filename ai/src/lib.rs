//! Text in, numbers and text out: what the product knows about language, without
//! database and without server.
//!
//! [`document`] reads a file, [`products`] those that shops export, [`chunk`] cuts it into passages, [`embed`] and
//! [`bm25`] turn passages and questions into vectors, [`retrieve`] ranks
//! passages for a question, [`extract`] makes an answer out of their sentences
//! and says how sure it is, [`figures`] calculates one from
//! rows, [`several`] takes a message of several questions apart, [`follow_up`] sees which question leans on the one
//! before, [`intents`], [`language`], [`sentiment`] and [`leads`] make out what a
//! message is about, [`summary`] sums a conversation up, [`weights`] says what each sign counts for which model, [`llm`] lets a language model write it instead, and
//! [`redact`] keeps to itself what is nobody else's business.

#![cfg_attr(test, expect(clippy::string_slice, reason = "a test that cuts a text in the wrong place may fail loudly"))]

pub mod bm25;
pub mod chunk;
pub mod document;
pub mod embed;
pub mod extract;
pub mod figures;
pub mod follow_up;
pub mod intents;
pub mod language;
pub mod leads;
pub mod llm;
pub mod passage;
pub mod products;
pub mod redact;
pub mod retrieve;
pub mod sentiment;
pub mod several;
pub mod summary;
pub mod weights;

#[cfg(test)]
mod fuzz_targets;
