//! A tenant's passages with the questions that are put to them.

use crate::{
    Case,
    data::{self, Asked, Passage},
};
use ai::{
    bm25::{SparseVector, Statistics, Tongue},
    embed::Embedder,
    extract::{self, Met},
    passage::{Indexed, prepare},
    retrieve::{self, CANDIDATES, Candidate, Question},
    weights::Weights,
};
use std::{
    collections::{BTreeSet, HashMap},
    error::Error,
    path::Path,
    rc::Rc,
};

/// The languages of XQuAD that are here.
const LANGUAGES: [&str; 6] = ["en", "de", "es", "vi", "ar", "zh"];

/// In which language a question is asked, and in which language the text is that it is about.
const ABROAD: [(&str, &str); 8] =
    [("de", "en"), ("es", "en"), ("vi", "en"), ("ar", "en"), ("zh", "en"), ("en", "de"), ("en", "vi"), ("en", "zh")];

/// Questions that were embedded before.
type Vectors = HashMap<String, Vec<f32>>;

/// Passages with what the search needs of them.
pub struct Known {
    pub passages: Vec<Passage>,
    pub indexed: Vec<Indexed>,
}

/// Passages, and questions to them.
pub struct World {
    pub name: String,
    pub known: Rc<Known>,
    pub cases: Vec<Case>,
    /// Questions are in another language than the passages.
    pub is_abroad: bool,
    /// Questions of strangers, in the language of the questions: to fit with, and to measure with.
    pub train: Vec<Case>,
    pub test: Vec<Case>,
}

impl World {
    /// Whether the weights may see the questions of an article: those at even places do, in alphabetical order.
    pub fn is_seen(&self) -> impl Fn(&Case) -> bool {
        let articles: BTreeSet<String> = self.cases.iter().map(|case| case.asked.article.clone()).collect();
        let seen: BTreeSet<String> = articles.into_iter().step_by(2).collect();
        move |case| seen.contains(&case.asked.article)
    }
}

/// The one of `folder`.
pub async fn own(embedder: &Embedder, folder: &Path, strangers: [Vec<String>; 2]) -> Result<World, Box<dyn Error>> {
    let known = Rc::new(known(embedder, folder).await?);
    let asked = data::questions(folder, &known.passages)?;
    let [train, test] = strangers;
    let cases = cases(embedder, &known, asked, &mut Vectors::new()).await?;
    let (train, test) = (cases_of(embedder, &known, train).await?, cases_of(embedder, &known, test).await?);
    Ok(World { name: "answers".to_owned(), known, cases, is_abroad: false, train, test })
}

/// Those of XQuAD: each language on its own, and some across.
pub async fn of_languages(embedder: &Embedder, folder: &Path) -> Result<Vec<World>, Box<dyn Error>> {
    let mut all = Vec::new();
    for language in LANGUAGES {
        all.push((language, Rc::new(known(embedder, &folder.join(language)).await?)));
    }
    let (mut worlds, mut vectors) = (Vec::new(), Vectors::new());
    for (asked, said) in LANGUAGES.map(|language| (language, language)).into_iter().chain(ABROAD) {
        let Some((_, known)) = all.iter().find(|(language, _)| *language == said) else { continue };
        // The ids are the same in every language.
        let questions = data::questions_about(&folder.join(asked), &folder.join(said), &known.passages)?;
        worlds.push(World {
            name: if asked == said { asked.to_owned() } else { format!("{asked} on {said}") },
            known: Rc::clone(known),
            cases: cases(embedder, known, questions, &mut vectors).await?,
            is_abroad: asked != said,
            train: Vec::new(),
            test: Vec::new(),
        });
    }
    Ok(worlds)
}

async fn known(embedder: &Embedder, folder: &Path) -> Result<Known, Box<dyn Error>> {
    let passages = data::passages(folder)?;
    let prepared: Vec<_> =
        passages.iter().map(|passage| prepare(&passage.title, "", &passage.text, Tongue::English)).collect();
    let vectors = embedder.embed_windows(prepared.iter().map(|one| one.text.clone()).collect()).await?;
    let indexed = prepared.into_iter().zip(vectors).map(|(one, vectors)| one.index(vectors)).collect();
    Ok(Known { passages, indexed })
}

async fn cases_of(embedder: &Embedder, known: &Known, questions: Vec<String>) -> Result<Vec<Case>, Box<dyn Error>> {
    let strange = |text| Asked { text, passage: usize::MAX, answers: Vec::new(), article: "banking".to_owned() };
    cases(embedder, known, questions.into_iter().map(strange).collect(), &mut Vectors::new()).await
}

async fn cases(
    embedder: &Embedder,
    known: &Known,
    asked: Vec<Asked>,
    vectors: &mut Vectors,
) -> Result<Vec<Case>, Box<dyn Error>> {
    let statistics = Statistics::of(known.indexed.iter().map(Indexed::counted));
    let mut cases = Vec::with_capacity(asked.len());
    for one in asked {
        cases.push(case(embedder, one, &statistics, known, vectors).await?);
    }
    Ok(cases)
}

/// The first and the second stage, as the database and the server do them.
async fn case(
    embedder: &Embedder,
    asked: Asked,
    statistics: &Statistics,
    known: &Known,
    vectors: &mut Vectors,
) -> Result<Case, Box<dyn Error>> {
    let weights = Weights::of(embedder.description());
    let vector = match vectors.get(&asked.text) {
        Some(vector) => vector.clone(),
        None => embedder.embed_question(&asked.text).await?,
    };
    vectors.insert(asked.text.clone(), vector.clone());
    let question = Question::new(&asked.text, vector, weights, statistics);
    let all: Vec<usize> = (0..known.indexed.len()).collect();
    let (places, candidates) = candidates(&question, known, &all);
    let ranked = retrieve::rank(&question, &candidates);
    let met = match extract::answer(&question, &candidates, &ranked) {
        Some(found) if weights.compares_words() => {
            let (asked, answer) = (
                embedder.embed_tokens(extract::asking(&question.text)).await?,
                embedder.embed_tokens(found.best_quote()).await?,
            );
            Met::of(&asked, &answer)
        }
        _ => None,
    };
    Ok(Case { asked, question, places, candidates, ranked, met })
}

/// What the first stage gives of those passages that a tenant holds, with their places among all.
pub fn candidates(question: &Question, known: &Known, held: &[usize]) -> (Vec<usize>, Vec<Candidate>) {
    let words: SparseVector = question.words();
    let mut scored: Vec<(usize, f32, f32)> = held
        .iter()
        .filter_map(|place| Some((*place, known.indexed.get(*place)?)))
        .map(|(place, one)| {
            let similarity: f32 = one.vector.iter().zip(&question.vector).map(|(a, b)| a * b).sum();
            (place, similarity, similarity + one.words.dot(&words))
        })
        .collect();
    scored.sort_by(|a, b| b.2.total_cmp(&a.2));
    scored.truncate(CANDIDATES);
    let candidate = |(place, similarity, _): (usize, f32, f32)| {
        let (passage, one) = (known.passages.get(place)?, known.indexed.get(place)?);
        let content = passage.text.clone();
        Some((place, Candidate::new(question, content, one.sentences.clone(), similarity)))
    };
    scored.into_iter().filter_map(candidate).unzip()
}
