//! From what the model gives to vectors of length one: of whole texts, and of the tokens of a window.

use super::{
    EmbedError,
    axes::{Axes, Side, normalise},
    describe::{Description, Pooling},
};
use fastembed::{OutputKey, SingleBatchOutput};
use std::ops::Range;

/// What models call the vectors of their tokens, or of whole texts when they give nothing else.
const OUTPUTS: [OutputKey; 4] = [
    OutputKey::ByName("last_hidden_state"),
    OutputKey::ByName("token_embeddings"),
    OutputKey::OnlyOne,
    OutputKey::ByName("sentence_embedding"),
];

/// What a model gave for a text.
pub(super) struct Vectors<'a> {
    numbers: &'a [f32],
    mask: &'a [i64],
    /// Tokens of the text; none when there is one vector for all of it.
    tokens: Option<usize>,
    dimensions: usize,
    taken_out: Option<(&'static Axes, Side)>,
}

impl<'a> Vectors<'a> {
    pub(super) fn of(output: &'a SingleBatchOutput, description: &Description, side: Side) -> Result<Self, EmbedError> {
        let failed = |reason: &str| EmbedError::Failed(reason.to_owned());
        let array = output.select_output(&OUTPUTS.as_slice()).map_err(|error| failed(&error.to_string()))?;
        let (tokens, dimensions) = match *array.shape() {
            [_, tokens, dimensions] => (Some(tokens), dimensions),
            [_, dimensions] => (None, dimensions),
            _ => return Err(failed("its output has neither the dimensions batch, token, number nor batch, number")),
        };
        let numbers = array.to_slice().ok_or_else(|| failed("its output is not contiguous"))?;
        let mask = output.attention_mask_array.as_slice().ok_or_else(|| failed("its mask is not contiguous"))?;
        let taken_out = (description.axes > 0).then(|| (Axes::multilingual(), side));
        Ok(Self { numbers, mask, tokens, dimensions, taken_out })
    }

    /// Whether there is a vector of each token.
    pub(super) const fn has_tokens(&self) -> bool {
        self.tokens.is_some()
    }

    /// The vector of a whole text.
    pub(super) fn whole(&self, pooling: Pooling) -> Result<Vec<f32>, EmbedError> {
        match (self.tokens, pooling) {
            (None, _) | (Some(_), Pooling::Cls) => self.sum(0..1, None),
            (Some(_), Pooling::Mean) => self.mean(0..usize::MAX),
        }
    }

    /// The mean of the token vectors in a range of tokens, of length one.
    pub(super) fn mean(&self, range: Range<usize>) -> Result<Vec<f32>, EmbedError> {
        let tokens = self.tokens.unwrap_or(1);
        let range = range.start.min(tokens)..range.end.min(tokens);
        let mask = self.mask.get(range.clone()).ok_or_else(short)?;
        self.sum(range, Some(mask))
    }

    /// The mean differs from the sum by a factor only, and that goes with the length.
    fn sum(&self, range: Range<usize>, mask: Option<&[i64]>) -> Result<Vec<f32>, EmbedError> {
        let place = range.start * self.dimensions..range.end * self.dimensions;
        let numbers = self.numbers.get(place).ok_or_else(short)?;
        let is_read = |token: usize| mask.is_none_or(|mask| mask.get(token).is_some_and(|mask| *mask != 0));
        let mut sum = vec![0.0f32; self.dimensions];
        for (_, vector) in numbers.chunks_exact(self.dimensions).enumerate().filter(|(token, _)| is_read(*token)) {
            for (sum, number) in sum.iter_mut().zip(vector) {
                *sum += number;
            }
        }
        normalise(&mut sum);
        if let Some((axes, side)) = self.taken_out {
            axes.take_out(side, &mut sum);
        }
        Ok(sum)
    }
}

fn short() -> EmbedError {
    EmbedError::Failed("its output is shorter than its input".to_owned())
}

/// The tokens that lie in a byte range of the text. Special tokens have empty offsets, and those of
/// some models begin with the space before the word.
pub(super) fn tokens_of(text: &str, offsets: &[(usize, usize)], window: &Range<usize>) -> Option<Range<usize>> {
    let inside = |&(start, end): &(usize, usize)| {
        let token = text.get(start..end).unwrap_or_default();
        let start = end - token.trim_start().len();
        end > start && start >= window.start && end <= window.end
    };
    let first = offsets.iter().position(inside)?;
    let last = offsets.iter().rposition(inside)?;
    Some(first..last + 1)
}

#[cfg(test)]
mod tests {
    use super::tokens_of;

    #[test]
    fn a_word_belongs_to_its_window_with_or_without_the_space_before_it() {
        let text = "query: One two. Three four.";
        let apart = [(0, 0), (0, 5), (5, 6), (7, 10), (11, 14), (14, 15), (16, 21), (22, 26), (26, 27), (0, 0)];
        let joined = [(0, 0), (0, 6), (6, 10), (10, 15), (15, 21), (21, 27), (0, 0)];
        assert_eq!(tokens_of(text, &apart, &(7..15)), Some(3..6));
        assert_eq!(tokens_of(text, &apart, &(16..27)), Some(6..9));
        assert_eq!(tokens_of(text, &joined, &(7..15)), Some(2..4));
        assert_eq!(tokens_of(text, &joined, &(16..27)), Some(4..6));
        assert_eq!(tokens_of(text, &apart, &(27..40)), None);
    }
}
