//! Damages inputs in the ways that decoders are known to dislike.

use crate::LONGEST;

/// Changes to one input.
const CHANGES: usize = 6;
/// Bytes that stand at edges of ranges and begin things in many formats.
const EDGES: [u8; 14] = [0, 1, 0x7f, 0x80, 0xbf, 0xc0, 0xf4, 0xff, b'\n', b'\r', b'"', b'\\', b'<', b'%'];
/// Numbers at which counts and lengths overflow.
const NUMBERS: [&str; 8] =
    ["0", "-1", "255", "65536", "2147483648", "4294967295", "9223372036854775808", "99999999999999999999999"];

/// Numbers that look random and are the same each time (splitmix64).
pub struct Random(u64);

impl Random {
    /// A sequence for a name.
    pub fn of(name: &str) -> Self {
        // FNV-1a: each target meets other damage.
        Self(
            name.bytes()
                .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)),
        )
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 when that is 0.
    fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % end).unwrap_or_default()
    }

    fn byte(&mut self) -> u8 {
        let [byte, ..] = self.next().to_le_bytes();
        byte
    }

    fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> Option<&'a T> {
        from.get(self.below(from.len())).copied()
    }

    /// A place in `bytes` and a short way on from it.
    fn range(&mut self, bytes: &[u8]) -> std::ops::Range<usize> {
        let start = self.below(bytes.len() + 1);
        let most = if self.below(8) == 0 { bytes.len() } else { 32 };
        let end = (start + self.below(most.max(1)) + 1).min(bytes.len());
        start..end.max(start)
    }
}

/// One of the seeds with some changes.
pub fn mutate(random: &mut Random, seeds: &[&[u8]], words: &[&str]) -> Vec<u8> {
    let mut bytes = random.pick(seeds).unwrap_or_default().to_vec();
    for _ in 0..=random.below(CHANGES) {
        change(random, &mut bytes, seeds, words);
    }
    bytes.truncate(LONGEST);
    bytes
}

fn change(random: &mut Random, bytes: &mut Vec<u8>, seeds: &[&[u8]], words: &[&str]) {
    let place = random.below(bytes.len());
    match random.below(11) {
        0 => {
            let bit = 1_u8.rotate_left(u32::from(random.byte()));
            if let Some(byte) = bytes.get_mut(place) {
                *byte ^= bit;
            }
        }
        1 => {
            let edge = EDGES.get(random.below(EDGES.len())).copied().unwrap_or_default();
            if let Some(byte) = bytes.get_mut(place) {
                *byte = edge;
            }
        }
        2 => {
            let range = random.range(bytes);
            bytes.drain(range);
        }
        3 => {
            let piece = bytes.get(random.range(bytes)).unwrap_or_default().to_vec();
            insert(random, bytes, &piece);
        }
        4 => {
            let other = random.pick(seeds).unwrap_or_default();
            let piece = other.get(random.range(other)).unwrap_or_default();
            insert(random, bytes, piece);
        }
        5 => bytes.truncate(place),
        6 | 7 => {
            let word = random.pick(words).unwrap_or_default();
            insert(random, bytes, word.as_bytes());
        }
        8 => {
            let number = random.pick(&NUMBERS).unwrap_or_default();
            let range = random.range(bytes);
            bytes.splice(range, number.bytes());
        }
        9 => {
            // Nested, or long: what recursion and squares do not like.
            let piece = match random.pick(words) {
                Some(word) if random.below(2) == 0 => word.as_bytes().to_vec(),
                _ => vec![random.byte()],
            };
            let times = 1 << random.below(12);
            let most = LONGEST.saturating_sub(bytes.len()) / piece.len().max(1);
            insert(random, bytes, &piece.repeat(times.min(most)));
        }
        _ => {
            let noise: Vec<u8> = (0..random.below(16)).map(|_| random.byte()).collect();
            insert(random, bytes, &noise);
        }
    }
}

fn insert(random: &mut Random, bytes: &mut Vec<u8>, piece: &[u8]) {
    let place = random.below(bytes.len() + 1);
    bytes.splice(place..place, piece.iter().copied());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_is_various_bounded_and_the_same_each_time() {
        let seeds: [&[u8]; 2] = [b"data: one\n\n", b"{\"a\":1}"];
        let all = |name: &str| -> Vec<Vec<u8>> {
            let mut random = Random::of(name);
            (0..500).map(|_| mutate(&mut random, &seeds, &["data:"])).collect()
        };
        let first = all("a");
        assert_eq!(first, all("a"));
        assert_ne!(first, all("b"));
        assert!(first.iter().all(|input| input.len() <= LONGEST));
        let mut different = first.clone();
        different.sort();
        different.dedup();
        assert!(different.len() > 400, "{}", different.len());
        assert!(mutate(&mut Random::of("none"), &[], &[]).len() <= LONGEST);
    }
}
