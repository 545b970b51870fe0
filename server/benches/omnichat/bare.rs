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
use tokenizers::{Tokenizer, TruncationParams};

/// What the session works on.
#[derive(Debug, Serialize, Deserialize)]
pub struct Task {
    /// The library.
    pub onnxruntime: PathBuf,
    /// The model's folder.
    pub model: PathBuf,
    /// Threads of one run.
    pub threads: usize,
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
    let task: Task = serde_json::from_str(&fs::read_to_string(task)?)?;
    let mut model = Model::load(&task)?;
    let mut out = std::io::stdout();
    for order in std::io::stdin().lines() {
        let answer = match order?.as_str() {
            "vector" => serde_json::to_string(&model.embed(task.questions.first().context("no question")?)?)?,
            "passages" => {
                let began = Instant::now();
                for passage in &task.passages {
                    model.embed(passage)?;
                }
                serde_json::to_string(&began.elapsed())?
            }
            "questions" => {
                let mut times = Vec::new();
                for question in &task.questions {
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
        tokenizer.with_padding(None);
        Ok(Self { tokenizer, session })
    }

    fn embed(&mut self, text: &str) -> Result<Vec<f32>> {
        let encoding = self.tokenizer.encode(text, true).map_err(|error| anyhow::anyhow!("{error}"))?;
        let shape = [1, encoding.len()];
        let tensor = |numbers: &[u32]| -> Result<Tensor<i64>> {
            let numbers: Vec<i64> = numbers.iter().map(|&number| i64::from(number)).collect();
            Ok(Tensor::from_array((shape, numbers))?)
        };
        let (ids, mask) = (tensor(encoding.get_ids())?, tensor(encoding.get_attention_mask())?);
        let mut inputs = ort::inputs!["input_ids" => ids, "attention_mask" => mask];
        if self.session.inputs().iter().any(|input| input.name() == "token_type_ids") {
            inputs.extend(ort::inputs!["token_type_ids" => tensor(encoding.get_type_ids())?]);
        }
        let outputs = self.session.run(inputs)?;
        let (_, output) = outputs.iter().next().context("the model gave no output")?;
        let (shape, numbers) = output.try_extract_tensor::<f32>()?;
        let width = usize::try_from(shape.last().copied().unwrap_or_default())?;
        ensure!(width > 0 && numbers.len() == encoding.len() * width, "the model gave {shape:?}");
        Ok(mean(numbers, width))
    }
}

fn mean(numbers: &[f32], width: usize) -> Vec<f32> {
    let mut sum = vec![0.0_f32; width];
    for token in numbers.chunks_exact(width) {
        for (sum, number) in sum.iter_mut().zip(token) {
            *sum += number;
        }
    }
    let length = sum.iter().map(|number| number * number).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    sum.iter_mut().for_each(|number| *number /= length);
    sum
}
