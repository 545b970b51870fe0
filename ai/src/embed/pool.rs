//! From what the model gives to vectors of length one: of whole texts, and of the tokens of a window.

use super::{
    EmbedError,
    axes::{Axes, Side, normalise},
    describe::{Description, Pooling},
    runtime::Output,
};
use std::ops::Range;

/// What a model gave for a text, and what is taken out of it.
pub(super) struct Vectors {
    output: Output,
    taken_out: Option<(&'static Axes, Side)>,
}

impl Vectors {
    pub(super) fn of(output: Output, description: &Description, side: Side) -> Self {
        Self { output, taken_out: (description.axes > 0).then(|| (Axes::multilingual(), side)) }
    }

    /// Whether there is a vector of each token.
    pub(super) const fn has_tokens(&self) -> bool {
        self.output.tokens.is_some()
    }

    /// The vector of a whole text.
    pub(super) fn whole(&self, pooling: Pooling) -> Result<Vec<f32>, EmbedError> {
        match (self.output.tokens, pooling) {
            (None, _) | (Some(_), Pooling::Cls) => self.mean(0..1),
            (Some(_), Pooling::Mean) => self.mean(0..usize::MAX),
        }
    }

    /// The mean of the token vectors in a range of tokens, of length one. It differs from their sum by a factor only,
    /// and that goes with the length.
    pub(super) fn mean(&self, range: Range<usize>) -> Result<Vec<f32>, EmbedError> {
        let Output { numbers, tokens, dimensions } = &self.output;
        let tokens = tokens.unwrap_or(1);
        let place = range.start.min(tokens) * dimensions..range.end.min(tokens) * dimensions;
        let numbers = numbers.get(place).ok_or_else(short)?;
        let mut sum = vec![0.0f32; *dimensions];
        for vector in numbers.chunks_exact((*dimensions).max(1)) {
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
