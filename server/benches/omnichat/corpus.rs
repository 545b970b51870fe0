//! The texts that are taught and asked.

use ai::chunk;
use anyhow::{Context, Result};
use serde::{Deserialize, de::DeserializeOwned};
use std::{fs, path::Path};

/// Words of a passage that is made, at least: one section of a source, one passage. With the sentence that goes
/// beyond it and its heading it has about 100 tokens.
const WORDS: usize = 66;

/// A passage of the data.
#[derive(Clone, Debug, Deserialize)]
pub struct Passage {
    /// Its name.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// Its text.
    pub text: String,
}

/// A question of the data.
#[derive(Clone, Debug, Deserialize)]
pub struct Question {
    /// What is asked.
    pub question: String,
    /// The passage that it was asked about.
    pub passage: String,
    /// Words that answer it.
    pub answers: Vec<String>,
    /// Whether any passage answers it.
    pub answerable: bool,
}

/// Passages with questions about them.
#[derive(Clone, Debug)]
pub struct Corpus {
    /// What is taught.
    pub passages: Vec<Passage>,
    /// What is asked.
    pub questions: Vec<Question>,
    /// What people ask about something else: 1,000 questions to a bank; none without data.
    pub strangers: Vec<String>,
    /// People have written them, and have said what is right.
    pub is_real: bool,
}

/// A piece of a text to be taught: heading and paragraph.
#[derive(Clone, Debug)]
pub struct Section {
    /// Its heading.
    pub heading: String,
    /// Its paragraph.
    pub text: String,
}

/// Every third question of Banking77's test part, 1,000 at most; it is sorted by what is asked.
fn strangers(path: &Path) -> Result<Vec<String>> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let questions = text.lines().skip(1).filter_map(|line| {
        let text = line.rsplit_once(',')?.0.trim_matches('"').replace("\"\"", "\"");
        (!text.trim().is_empty()).then_some(text)
    });
    Ok(questions.step_by(3).take(1_000).collect())
}

impl Corpus {
    /// Reads `answers/passages.jsonl` and `answers/questions.jsonl` in a folder.
    ///
    /// # Errors
    /// When they are not there or malformed.
    pub fn read(folder: &Path) -> Result<Self> {
        let answers = folder.join("answers");
        let passages: Vec<Passage> = lines(&answers.join("passages.jsonl"))?;
        let questions = lines(&answers.join("questions.jsonl"))?;
        let strangers = strangers(&folder.join("banking77/test.csv"))?;
        Ok(Self { passages, questions, strangers, is_real: true })
    }

    /// Texts of a shop that does not exist, for machines without data.
    pub fn generated() -> Self {
        const THINGS: [&str; 8] = ["pot", "watering can", "spade", "rake", "lamp", "bench", "table", "hammock"];
        const KINDS: [&str; 10] =
            ["small", "large", "blue", "oak", "steel", "folding", "winter", "garden", "balcony", "travel"];
        const TOWNS: [&str; 5] = ["Lisbon", "Turin", "Ghent", "Aarhus", "Graz"];
        let mut corpus = Self { passages: Vec::new(), questions: Vec::new(), strangers: Vec::new(), is_real: false };
        let mut dice = Dice(7);
        for thing in THINGS {
            for kind in KINDS {
                let (id, name) = (format!("{kind} {thing}"), format!("{kind} {thing}"));
                let (price, days, years) = (dice.below(200) + 5, dice.below(9) + 2, dice.below(8) + 1);
                let town = TOWNS.get(dice.below(TOWNS.len())).copied().unwrap_or_default();
                let text = format!(
                    "The {name} costs {price} euros and is made by hand in {town}. Delivery of the {name} takes {days} \
                     days within the country and a week more abroad. Its warranty lasts {years} years and covers \
                     everything except careless use. You can return the {name} within a month when it was not used. \
                     Please clean it with warm water and a soft cloth, and keep it dry in winter."
                );
                let about = [
                    (format!("How much does the {name} cost?"), format!("{price} euros")),
                    (format!("Where is the {name} made?"), town.to_owned()),
                    (format!("How many days does delivery of the {name} take?"), format!("{days} days")),
                    (format!("How long is the warranty of the {name}?"), format!("{years} years")),
                ];
                corpus.questions.extend(about.map(|(question, answer)| Question {
                    question,
                    passage: id.clone(),
                    answers: vec![answer],
                    answerable: true,
                }));
                corpus.passages.push(Passage { id, title: name, text });
            }
        }
        corpus
    }

    /// Where the texts come from.
    pub fn origin(&self) -> &'static str {
        if self.is_real { "articles and questions of SQuAD 2.0" } else { "generated" }
    }

    /// Questions that a passage answers.
    pub fn answerable(&self) -> impl Iterator<Item = &Question> {
        self.questions.iter().filter(|question| question.answerable)
    }

    /// So many sections: the passages themselves, then their sentences mixed
    /// anew within each title, so that words are as common as people make them.
    pub fn sections(&self, count: usize) -> Vec<Section> {
        let mut sections: Vec<Section> = self
            .passages
            .iter()
            .filter(|passage| passage.text.split_whitespace().count() < 140)
            .map(|passage| Section { heading: passage.title.clone(), text: one_line(&passage.text) })
            .take(count)
            .collect();
        let mut titles: Vec<(&str, Vec<String>)> = Vec::new();
        for passage in &self.passages {
            let sentences = chunk::sentences(&passage.text).into_iter().filter_map(|range| passage.text.get(range));
            let sentences = sentences.filter(|text| (5..50).contains(&text.split_whitespace().count())).map(one_line);
            match titles.last_mut().filter(|(title, _)| *title == passage.title) {
                Some((_, all)) => all.extend(sentences),
                None => titles.push((&passage.title, sentences.collect())),
            }
        }
        titles.retain(|(_, sentences)| !sentences.is_empty());
        let mut dice = Dice(11);
        while sections.len() < count
            && let Some((title, sentences)) = titles.get(dice.below(titles.len()))
        {
            let mut text = String::new();
            while text.split_whitespace().count() < WORDS
                && let Some(sentence) = sentences.get(dice.below(sentences.len()))
            {
                text.push_str(sentence);
                text.push(' ');
            }
            sections.push(Section { heading: format!("{title} {}", sections.len()), text: text.trim().to_owned() });
        }
        sections
    }
}

fn one_line(text: impl AsRef<str>) -> String {
    text.as_ref().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn lines<T: DeserializeOwned>(file: &Path) -> Result<Vec<T>> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    text.lines().map(|line| serde_json::from_str(line).with_context(|| format!("in {}", file.display()))).collect()
}

/// The same numbers in every run (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((number ^ (number >> 31)) % u64::try_from(most.max(1)).unwrap_or(1)).unwrap_or(0)
    }
}
