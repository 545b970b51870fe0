//! Reads the questions and passages.

use serde::Deserialize;
use std::{collections::HashMap, error::Error, fs, path::Path};

#[derive(Deserialize)]
pub struct Passage {
    id: String,
    pub title: String,
    pub text: String,
}

#[derive(Deserialize)]
struct Line {
    question: String,
    passage: String,
    answers: Vec<String>,
}

/// A question with the place of the passage that answers it, or looks as if it did.
pub struct Asked {
    pub text: String,
    pub passage: usize,
    /// Accepted answers; none when no passage holds one.
    pub answers: Vec<String>,
    pub article: String,
}

pub fn passages(folder: &Path) -> Result<Vec<Passage>, Box<dyn Error>> {
    lines(&folder.join("passages.jsonl"))
}

pub fn questions(folder: &Path, passages: &[Passage]) -> Result<Vec<Asked>, Box<dyn Error>> {
    let places: HashMap<&str, usize> =
        passages.iter().enumerate().map(|(place, one)| (one.id.as_str(), place)).collect();
    let questions: Vec<Line> = lines(&folder.join("questions.jsonl"))?;
    questions
        .into_iter()
        .map(|line| {
            let passage = *places.get(line.passage.as_str()).ok_or("a question names a passage that is not there")?;
            let article = passages.get(passage).map(|passage| passage.title.clone()).unwrap_or_default();
            Ok(Asked { text: line.question, passage, answers: line.answers, article })
        })
        .collect()
}

/// The questions of a CSV file with the columns text and category.
pub fn banking(path: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let text = fs::read_to_string(path)?;
    let questions = text.lines().skip(1).filter_map(|line| {
        let text = line.rsplit_once(',')?.0.trim_matches('"').replace("\"\"", "\"");
        (!text.is_empty()).then_some(text)
    });
    Ok(questions.collect())
}

fn lines<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<Vec<T>, Box<dyn Error>> {
    Ok(fs::read_to_string(path)?.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}
