//! Cutting a word into the pieces of a vocabulary whose scores have the largest sum, as SentencePiece does it: with as
//! little memory as the vocabulary needs. The library's own takes some thirty times as much.
//!
//! A word is gone through once. From each letter the tree is followed as far as there are pieces, so the time grows
//! with the length of the text alone.

use super::trie::{ROOT, Trie};
use serde::{Deserialize, Deserializer, de::Error};
use std::{
    borrow::Cow,
    collections::HashMap,
    path::{Path, PathBuf},
};
use tokenizers::{Model, Result, Token, models::unigram::UnigramTrainer};

/// How much less an unknown letter counts than the rarest piece.
const UNKNOWN_PENALTY: f64 = 10.0;

/// A vocabulary with scores.
pub(in crate::embed) struct Unigram {
    trie: Trie,
    scores: Vec<f64>,
    /// The number that stands for what is not in the vocabulary.
    unknown: Option<u32>,
    unknown_score: f64,
    /// Whether what is unknown is written by the pieces of its bytes.
    is_by_bytes: bool,
}

/// As `tokenizer.json` has it; read without a copy of each piece.
#[derive(Deserialize)]
struct Stored<'a> {
    unk_id: Option<u32>,
    #[serde(default)]
    byte_fallback: bool,
    #[serde(borrow)]
    vocab: Vec<Piece<'a>>,
}

/// A piece and its score.
#[derive(Deserialize)]
struct Piece<'a>(#[serde(borrow)] Cow<'a, str>, f64);

impl AsRef<[u8]> for Piece<'_> {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl<'de> Deserialize<'de> for Unigram {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        Self::of(&Stored::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl Unigram {
    fn of(stored: &Stored<'_>) -> std::result::Result<Self, &'static str> {
        let is_there = |number: u32| usize::try_from(number).is_ok_and(|number| number < stored.vocab.len());
        if stored.unk_id.is_some_and(|number| !is_there(number)) {
            return Err("unk_id is larger than the vocabulary");
        }
        let scores: Vec<f64> = stored.vocab.iter().map(|piece| piece.1).collect();
        let trie = Trie::new(&stored.vocab).ok_or("the vocabulary is too large")?;
        let unknown_score = scores.iter().copied().fold(f64::INFINITY, f64::min) - UNKNOWN_PENALTY;
        Ok(Self { trie, scores, unknown: stored.unk_id, unknown_score, is_by_bytes: stored.byte_fallback })
    }
}

/// The best way to the end of some piece.
#[derive(Clone, Copy)]
struct Way {
    score: f64,
    /// Where the piece begins.
    start: usize,
    /// The piece; none when the letter is unknown.
    piece: Option<u32>,
}

impl Unigram {
    /// The pieces of a word from the first to the last: where each ends, and its number.
    fn best(&self, word: &str) -> Result<Vec<(usize, Option<u32>)>> {
        let mut ways: Vec<Option<Way>> = vec![None; word.len() + 1];
        let offer = |ways: &mut Vec<Option<Way>>, end: usize, way: Way| {
            if let Some(best) = ways.get_mut(end)
                && best.is_none_or(|best| way.score > best.score)
            {
                *best = Some(way);
            }
        };
        for (start, letter) in word.char_indices() {
            let so_far = ways.get(start).copied().flatten().map_or(0.0, |way| way.score);
            let letter_end = start + letter.len_utf8();
            let mut is_known = false;
            let mut node = ROOT;
            for (end, byte) in (start + 1..).zip(word.as_bytes().get(start..).unwrap_or_default()) {
                let Some(next) = self.trie.step(node, *byte) else { break };
                node = next;
                if let Some(piece) = self.trie.piece(node) {
                    is_known |= end == letter_end;
                    let piece = Some(piece);
                    offer(&mut ways, end, Way { score: self.score(piece) + so_far, start, piece });
                }
            }
            if !is_known {
                offer(&mut ways, letter_end, Way { score: self.unknown_score + so_far, start, piece: None });
            }
        }
        let mut pieces = Vec::new();
        let mut end = word.len();
        while end > 0 {
            // There is a way to each letter: if by no piece, as an unknown one.
            let way = ways.get(end).copied().flatten().ok_or("no way leads through the word")?;
            pieces.push((end, way.piece.filter(|piece| Some(*piece) != self.unknown)));
            end = way.start;
        }
        pieces.reverse();
        Ok(pieces)
    }

    fn score(&self, piece: Option<u32>) -> f64 {
        let place = piece.and_then(|piece| usize::try_from(piece).ok());
        place.and_then(|place| self.scores.get(place)).copied().unwrap_or(self.unknown_score)
    }

    /// What stands for letters that are in no piece.
    fn unknown(&self, letters: &str, offsets: (usize, usize)) -> Result<Vec<Token>> {
        // The name of the piece for such letters can be written out in a text.
        if self.is_by_bytes && self.trie.number(letters.as_bytes()).is_none() {
            let of_byte = |byte: u8| {
                let name = format!("<0x{byte:02X}>");
                self.trie.number(name.as_bytes()).map(|number| Token::new(number, name, offsets))
            };
            if let Some(bytes) = letters.bytes().map(of_byte).collect() {
                return Ok(bytes);
            }
        }
        let unknown = self.unknown.ok_or("there is an unknown letter, and the vocabulary has no piece for such")?;
        Ok(vec![Token::new(unknown, letters.to_owned(), offsets)])
    }
}

impl Model for Unigram {
    type Trainer = UnigramTrainer;

    fn tokenize(&self, word: &str) -> Result<Vec<Token>> {
        let mut tokens = Vec::new();
        let mut start = 0;
        let best = self.best(word)?;
        let mut pieces = best.into_iter().peekable();
        while let Some((mut end, piece)) = pieces.next() {
            // Unknown letters beside each other are one token.
            while piece.is_none()
                && let Some((next, _)) = pieces.next_if(|(_, next)| next.is_none())
            {
                end = next;
            }
            let letters = word.get(start..end).unwrap_or_default();
            match piece {
                Some(piece) => tokens.push(Token::new(piece, letters.to_owned(), (start, end))),
                None => tokens.extend(self.unknown(letters, (start, end))?),
            }
            start = end;
        }
        Ok(tokens)
    }

    fn token_to_id(&self, token: &str) -> Option<u32> {
        self.trie.number(token.as_bytes())
    }

    fn id_to_token(&self, id: u32) -> Option<String> {
        self.trie.bytes_of(id).and_then(|bytes| String::from_utf8(bytes).ok())
    }

    fn get_vocab(&self) -> HashMap<String, u32> {
        let numbers = 0..u32::try_from(self.scores.len()).unwrap_or(u32::MAX);
        numbers.filter_map(|number| Some((self.id_to_token(number)?, number))).collect()
    }

    fn get_vocab_size(&self) -> usize {
        self.scores.len()
    }

    fn save(&self, _folder: &Path, _prefix: Option<&str>) -> Result<Vec<PathBuf>> {
        Err("this vocabulary is only read".into())
    }

    fn get_trainer(&self) -> UnigramTrainer {
        UnigramTrainer::default()
    }
}
