//! A bare ONNX Runtime session: tokens in, one run, the mean of the token
//! vectors out, with nothing around it. It is a process of its own, since
//! ONNX Runtime knows one environment in a process.

use anyhow::{Context, Result, bail, ensure};
use ort::{
    session::{Session, builder::GraphOptimizationLevel},
    value::Tensor,
};
use serde::{Deserialize, Serialize};
use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};
use tokenizers::{PaddingParams, Tokenizer, TruncationParams};

/// What the session works on.
#[derive(Debug, Serialize, Deserialize)]
pub struct Task {
    /// The library.
    pub onnxruntime: PathBuf,
    /// The model's folder.
    pub model: PathBuf,
    /// Threads of one run.
    pub threads: usize,
    /// Passages of one run.
    pub batch: usize,
    /// Passages of a round.
    pub passages: Vec<String>,
    /// Questions of a round.
    pub questions: Vec<String>,
}

/// The process with the session, as this one sees it.
#[derive(Debug)]
pub struct Bare {
    process: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Bare {
    /// Starts the process; `folder` takes the task.
    ///
    /// # Errors
    /// When it does not get ready.
    pub fn start(folder: &Path, task: &Task) -> Result<Self> {
        let file = folder.join("bare.json");
        fs::write(&file, serde_json::to_string(task)?)?;
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("--bare").arg(&file).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn()?;
        let orders = process.stdin.take().context("the bare session takes no orders")?;
        let answers = BufReader::new(process.stdout.take().context("the bare session does not answer")?);
        Ok(Self { process, orders, answers })
    }

    /// The vector of the first question.
    ///
    /// # Errors
    /// When the session fails.
    pub fn vector(&mut self) -> Result<Vec<f32>> {
        self.ask("vector")
    }

    /// How long a round of passages took.
    ///
    /// # Errors
    /// When the session fails.
    pub fn passages(&mut self) -> Result<Duration> {
        self.ask("passages")
    }

    /// How long each question of a round took.
    ///
    /// # Errors
    /// When the session fails.
    pub fn questions(&mut self) -> Result<Vec<Duration>> {
        self.ask("questions")
    }

    fn ask<T: serde::de::DeserializeOwned>(&mut self, order: &str) -> Result<T> {
        writeln!(self.orders, "{order}")?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        serde_json::from_str(&line).with_context(|| format!("the bare session answered {line:?}"))
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        let _ended = self.process.kill();
        let _reaped = self.process.wait();
    }
}

/// The life of that process: an order a line, an answer a line.
///
/// # Errors
/// When the model cannot be run.
pub fn serve(task: &Path) -> Result<()> {
    let mut task: Task = serde_json::from_str(&fs::read_to_string(task)?)?;
    // As the worker does: a batch is padded to its longest.
    task.passages.sort_by_key(String::len);
    let mut model = Model::load(&task)?;
    let mut out = std::io::stdout();
    for order in std::io::stdin().lines() {
        let answer = match order?.as_str() {
            "vector" => serde_json::to_string(&model.embed(task.questions.get(..1).unwrap_or_default())?.pop())?,
            "passages" => {
                let began = Instant::now();
                for batch in task.passages.chunks(task.batch.max(1)) {
                    model.embed(batch)?;
                }
                serde_json::to_string(&began.elapsed())?
            }
            "questions" => {
                let mut times = Vec::new();
                for question in task.questions.chunks(1) {
                    let began = Instant::now();
                    model.embed(question)?;
                    times.push(began.elapsed());
                }
                serde_json::to_string(&times)?
            }
            other => bail!("there is no order {other}"),
        };
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}

struct Model {
    tokenizer: Tokenizer,
    session: Session,
}

impl Model {
    fn load(task: &Task) -> Result<Self> {
        let environment = ort::init_from(&task.onnxruntime)?.with_telemetry(false).build()?;
        let failed = |error: ort::Error<_>| anyhow::anyhow!("{error}");
        let mut builder = Session::builder(&environment)?
            .with_optimization_level(GraphOptimizationLevel::Level3)
            .map_err(failed)?
            .with_intra_threads(task.threads)
            .map_err(failed)?;
        let session = builder.commit_from_file(task.model.join("model.onnx"))?;
        let broken = |error: tokenizers::Error| anyhow::anyhow!("the tokenizer: {error}");
        let mut tokenizer = Tokenizer::from_file(task.model.join("tokenizer.json")).map_err(broken)?;
        let truncation = TruncationParams { max_length: ai::embed::MAX_TOKENS, ..Default::default() };
        tokenizer.with_truncation(Some(truncation)).map_err(broken)?;
        tokenizer.with_padding(Some(PaddingParams::default()));
        Ok(Self { tokenizer, session })
    }

    fn embed(&mut self, texts: &[String]) -> Result<Vec<Vec<f32>>> {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let encodings = self.tokenizer.encode_batch(texts, true).map_err(|error| anyhow::anyhow!("{error}"))?;
        let tokens = encodings.first().map_or(0, |encoding| encoding.len());
        let shape = [encodings.len(), tokens];
        let numbers = |of: fn(&tokenizers::Encoding) -> &[u32]| -> Result<(Tensor<i64>, Vec<i64>)> {
            let numbers: Vec<i64> = encodings.iter().flat_map(of).map(|&id| i64::from(id)).collect();
            Ok((Tensor::from_array((shape, numbers.clone()))?, numbers))
        };
        let (ids, _) = numbers(tokenizers::Encoding::get_ids)?;
        let (mask_tensor, mask) = numbers(tokenizers::Encoding::get_attention_mask)?;
        let mut inputs = ort::inputs!["input_ids" => ids, "attention_mask" => mask_tensor];
        if self.session.inputs().iter().any(|input| input.name() == "token_type_ids") {
            inputs.extend(ort::inputs!["token_type_ids" => numbers(tokenizers::Encoding::get_type_ids)?.0]);
        }
        let outputs = self.session.run(inputs)?;
        let (_, output) = outputs.iter().next().context("the model gave no output")?;
        let (shape, numbers) = output.try_extract_tensor::<f32>()?;
        let width = usize::try_from(shape.last().copied().unwrap_or_default())?;
        ensure!(width > 0 && numbers.len() == mask.len() * width, "the model gave {shape:?}");
        let rows = numbers.chunks_exact(tokens * width).zip(mask.chunks_exact(tokens));
        Ok(rows.map(|(row, mask)| mean(row, mask, width)).collect())
    }
}

fn mean(row: &[f32], mask: &[i64], width: usize) -> Vec<f32> {
    let mut sum = vec![0.0_f32; width];
    for (token, _) in row.chunks_exact(width).zip(mask).filter(|(_, mask)| **mask != 0) {
        for (sum, number) in sum.iter_mut().zip(token) {
            *sum += number;
        }
    }
    let length = sum.iter().map(|number| number * number).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    sum.iter_mut().for_each(|number| *number /= length);
    sum
}
