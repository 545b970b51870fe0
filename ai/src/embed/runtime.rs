//! ONNX Runtime: a model's graph, run on the tokens of one text.

use super::EmbedError;
use ort::{
    environment::Environment,
    ep::CPU,
    session::{Session, SessionInputValue, SessionOutputs, builder::GraphOptimizationLevel},
    value::Tensor,
};
use std::{
    path::Path,
    sync::{Mutex, PoisonError},
};

/// ONNX Runtime knows one environment in a process, whatever is started again in it.
static ENVIRONMENT: Mutex<Option<Environment>> = Mutex::new(None);

/// What models call the vectors of their tokens, and last what they call the vector of a whole text.
const TOKEN_OUTPUTS: [&str; 2] = ["last_hidden_state", "token_embeddings"];
const TEXT_OUTPUT: &str = "sentence_embedding";

/// A model's graph.
pub(super) struct Graph {
    session: Session,
    has_token_types: bool,
    output: String,
}

/// What a graph gave for a text.
pub(super) struct Output {
    /// The vectors, one behind the other.
    pub(super) numbers: Vec<f32>,
    /// How many there are, when there is one of each token; none when there is one of the whole text.
    pub(super) tokens: Option<usize>,
    /// Numbers in each.
    pub(super) dimensions: usize,
}

impl Graph {
    /// Reads a graph, to be run by so many threads.
    pub(super) fn read(environment: &Environment, path: &Path, threads: usize) -> Result<Self, EmbedError> {
        let broken = |reason: String| EmbedError::Model { path: path.display().to_string(), reason };
        let size = std::fs::metadata(path).map_err(|error| broken(error.to_string()))?.len();
        if size == 0 {
            return Err(broken("the file is empty".to_owned()));
        }
        let session = session(environment, path, threads).map_err(|error| broken(error.to_string()))?;
        let has_token_types = session.inputs().iter().any(|input| input.name() == "token_type_ids");
        let names: Vec<&str> = session.outputs().iter().map(|output| output.name()).collect();
        let of_tokens = TOKEN_OUTPUTS.into_iter().find(|name| names.contains(name));
        let output = match (of_tokens, names.as_slice()) {
            (Some(name), _) => name,
            (None, [only]) => only,
            (None, _) if names.contains(&TEXT_OUTPUT) => TEXT_OUTPUT,
            (None, _) => return Err(broken(format!("of its outputs {} none is known", names.join(", ")))),
        };
        Ok(Self { output: output.to_owned(), has_token_types, session })
    }

    /// Runs it on the tokens of one text.
    pub(super) fn run(&mut self, ids: &[i64]) -> Result<Output, EmbedError> {
        let failed = |reason: String| EmbedError::Failed(reason);
        let tensor = |numbers: Vec<i64>| Tensor::from_array(([1, numbers.len()], numbers));
        let mut inputs: Vec<(&str, SessionInputValue<'_>)> = Vec::with_capacity(3);
        let mut add = |name, numbers| {
            let value = tensor(numbers).map_err(|error| failed(error.to_string()))?;
            inputs.push((name, value.into()));
            Ok::<(), EmbedError>(())
        };
        add("input_ids", ids.to_vec())?;
        add("attention_mask", vec![1; ids.len()])?;
        if self.has_token_types {
            add("token_type_ids", vec![0; ids.len()])?;
        }
        let outputs = self.session.run(inputs).map_err(|error| failed(error.to_string()))?;
        vectors(&outputs, &self.output)
    }
}

fn vectors(outputs: &SessionOutputs<'_>, name: &str) -> Result<Output, EmbedError> {
    let failed = |reason: &str| EmbedError::Failed(reason.to_owned());
    let value = outputs.get(name).ok_or_else(|| failed("it gave no output"))?;
    let (shape, numbers) = value.try_extract_tensor::<f32>().map_err(|error| failed(&error.to_string()))?;
    let size = |size: i64| usize::try_from(size).map_err(|_negative| failed("its output has no size"));
    let (tokens, dimensions) = match **shape {
        [_, tokens, dimensions] => (Some(size(tokens)?), size(dimensions)?),
        [_, dimensions] => (None, size(dimensions)?),
        _ => return Err(failed("its output has neither the dimensions batch, token, number nor batch, number")),
    };
    Ok(Output { numbers: numbers.to_vec(), tokens, dimensions })
}

fn session(environment: &Environment, path: &Path, threads: usize) -> ort::Result<Session> {
    // Texts of all lengths come, one at a time: what the longest of them needed would stay for ever with an arena, and
    // so would a plan for each length.
    Session::builder(environment)?
        .with_execution_providers([CPU::default().with_arena_allocator(false).build()])?
        .with_memory_pattern(false)?
        .with_optimization_level(GraphOptimizationLevel::Level3)?
        .with_intra_threads(threads.max(1))?
        // Read by the runtime itself: the file is not held beside what is made of it.
        .commit_from_file(path)
}

/// The runtime of this process; loaded once.
pub(super) fn environment(library: &Path) -> Result<Environment, EmbedError> {
    let broken = |reason: String| EmbedError::Library { path: library.display().to_string(), reason };
    let mut environment = ENVIRONMENT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(environment) = environment.as_ref() {
        return Ok(environment.clone());
    }
    if !library.is_file() {
        return Err(broken("there is no such file".to_owned()));
    }
    // A bare name would be searched for in the system's folders.
    let absolute = library.canonicalize().map_err(|error| broken(error.to_string()))?;
    let built = ort::init_from(absolute)
        .map_err(|error| broken(error.to_string()))?
        .with_name("omnichat")
        .with_telemetry(false)
        .build()
        .map_err(|error| broken(error.to_string()))?;
    *environment = Some(built.clone());
    Ok(built)
}
