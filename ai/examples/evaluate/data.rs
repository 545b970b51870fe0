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
    id: String,
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
    questions_about(folder, folder, passages)
}

fn of(line: Line, passages: &[Passage], answers: &HashMap<String, Vec<String>>) -> Result<Asked, Box<dyn Error>> {
    let passage = passages.iter().position(|one| one.id == line.passage);
    let passage = passage.ok_or("a question names a passage that is not there")?;
    let article = line.passage.split('#').next().unwrap_or_default().to_owned();
    let answers = answers.get(&line.id).cloned().unwrap_or(line.answers);
    Ok(Asked { text: line.question, passage, answers, article })
}

/// The questions of one folder about the passages of another, with the answers that are accepted there.
pub fn questions_about(asked: &Path, said: &Path, passages: &[Passage]) -> Result<Vec<Asked>, Box<dyn Error>> {
    let own: Vec<Line> = lines(&said.join("questions.jsonl"))?;
    let answers: HashMap<String, Vec<String>> = own.into_iter().map(|line| (line.id, line.answers)).collect();
    let asked: Vec<Line> = lines(&asked.join("questions.jsonl"))?;
    asked.into_iter().map(|line| of(line, passages, &answers)).collect()
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
