//! A text as weights of its words, word pairs and letter groups, hashed into buckets.

use std::collections::BTreeMap;

/// Buckets. Two groups that fall into one are told apart by the others around them.
pub const BUCKETS: usize = 1 << 15;
/// Characters of a text that are looked at.
const CHARACTERS: usize = 600;
/// Sizes of letter groups.
const GROUPS: [usize; 3] = [3, 4, 5];

/// A text's buckets with their weights, of length 1.
#[derive(Clone, Debug, Default)]
pub struct SparseText(Vec<(u16, f32)>);

impl SparseText {
    pub fn dot(&self, weights: &[f32]) -> f32 {
        self.0.iter().map(|(bucket, weight)| weights.get(usize::from(*bucket)).copied().unwrap_or(0.0) * weight).sum()
    }

    pub fn add_to(&self, weights: &mut [f32], times: f32) {
        for (bucket, weight) in &self.0 {
            if let Some(place) = weights.get_mut(usize::from(*bucket)) {
                *place += weight * times;
            }
        }
    }
}

/// How much each bucket tells: more when few texts have it.
#[derive(Clone, Debug)]
pub struct Rarity(pub Vec<f32>);

impl Rarity {
    #[expect(clippy::cast_precision_loss, reason = "counts of examples are small")]
    pub fn of<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let (mut held, mut count) = (vec![0u32; BUCKETS], 0u32);
        for text in texts {
            count += 1;
            for bucket in count_buckets(text).keys() {
                if let Some(held) = held.get_mut(usize::from(*bucket)) {
                    *held += 1;
                }
            }
        }
        Self(held.iter().map(|held| ((1 + count) as f32 / (1 + held) as f32).ln() + 1.0).collect())
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of letters are small")]
    pub fn weigh(&self, text: &str) -> SparseText {
        let mut weights: Vec<(u16, f32)> = count_buckets(text)
            .into_iter()
            .map(|(bucket, count)| {
                (bucket, (1.0 + (count as f32).ln()) * self.0.get(usize::from(bucket)).copied().unwrap_or(1.0))
            })
            .collect();
        let length = weights.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        for (_, weight) in &mut weights {
            *weight /= length;
        }
        SparseText(weights)
    }
}

fn count_buckets(text: &str) -> BTreeMap<u16, u32> {
    let lower: String = text.chars().take(CHARACTERS).flat_map(char::to_lowercase).collect();
    let words: Vec<&str> = lower.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut counts = BTreeMap::new();
    let mut put = |kind: u8, parts: &[&[u8]]| *counts.entry(bucket(kind, parts)).or_default() += 1;
    for word in &words {
        put(b'w', &[word.as_bytes()]);
        let padded: String = format!(" {word} ");
        let mut starts: Vec<usize> = padded.char_indices().map(|(at, _)| at).collect();
        starts.push(padded.len());
        for size in GROUPS {
            // A word shorter than the group is one group.
            for window in starts.windows((size + 1).min(starts.len())) {
                if let (Some(from), Some(to)) = (window.first(), window.last()) {
                    put(b'c', &[padded.as_bytes().get(*from..*to).unwrap_or_default()]);
                }
            }
        }
    }
    for pair in words.windows(2) {
        if let [first, second] = pair {
            put(b'b', &[first.as_bytes(), second.as_bytes()]);
        }
    }
    counts
}

/// FNV-1a: the same on every machine, since heads are stored.
fn bucket(kind: u8, parts: &[&[u8]]) -> u16 {
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    let mut take = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    take(kind);
    for part in parts {
        part.iter().copied().for_each(&mut take);
        take(0xff);
    }
    let folded = (hash ^ (hash >> 32)) % BUCKETS as u64;
    u16::try_from(folded).unwrap_or_default()
}
