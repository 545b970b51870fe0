//! Scripts: which way they are read, and whether they have spaces.

use unicode_normalization::UnicodeNormalization as _;

/// A letter of Chinese, Japanese or Korean, which fills a square.
pub(super) const fn is_square(letter: char) -> bool {
    matches!(letter,
        '\u{2e80}'..='\u{30ff}' | '\u{3100}'..='\u{312f}' | '\u{31a0}'..='\u{31ff}' | '\u{3200}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}' | '\u{ff01}'..='\u{ff60}'
        | '\u{20000}'..='\u{3ffff}')
}

/// A letter of a script that has no spaces between words.
pub(super) const fn is_spaceless(letter: char) -> bool {
    is_square(letter) && !matches!(letter, '\u{ac00}'..='\u{d7a3}')
}

/// A letter that is read from right to left.
pub(super) const fn is_leftward(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
        && !is_leftward_digit(letter)
}

/// Digits of these scripts, which are read from left to right like all others.
const fn is_leftward_digit(letter: char) -> bool {
    matches!(letter, '\u{660}'..='\u{669}' | '\u{66b}' | '\u{66c}' | '\u{6f0}'..='\u{6f9}')
}

/// A mark above or below a letter.
pub(super) const fn is_mark(letter: char) -> bool {
    matches!(letter,
        '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}' | '\u{5c4}' | '\u{5c5}' | '\u{5c7}'
        | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}'
        | '\u{6e7}' | '\u{6e8}' | '\u{6ea}'..='\u{6ed}')
}

/// How a word is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// From left to right.
    Right,
    /// From right to left.
    Left,
    /// As what is around it: numbers and signs.
    Either,
}

impl Way {
    /// The way of some text, by its first letter that has one.
    pub fn of(text: &str) -> Self {
        let way = |letter: char| {
            if is_leftward(letter) {
                Some(Self::Left)
            } else if letter.is_alphabetic() {
                Some(Self::Right)
            } else {
                None
            }
        };
        text.chars().find_map(way).unwrap_or(Self::Either)
    }
}

/// The order in which words are read that stand beside each other from left to right.
pub(super) fn order(ways: &[Way], is_leftward: bool) -> Vec<usize> {
    let mut order: Vec<usize> = (0..ways.len()).collect();
    let against = if is_leftward { Way::Right } else { Way::Left };
    if !ways.iter().any(|way| *way == against || *way == Way::Left) {
        return order;
    }
    if is_leftward {
        order.reverse();
    }
    // What is read the other way is turned round again, with the numbers between its words.
    let mut at = 0;
    while at < order.len() {
        let way = |place: usize| order.get(place).and_then(|word| ways.get(*word)).copied();
        if way(at) != Some(against) {
            at += 1;
            continue;
        }
        let mut end = at;
        let mut next = at + 1;
        while matches!(way(next), Some(way) if way == against || way == Way::Either) {
            if way(next) == Some(against) {
                end = next;
            }
            next += 1;
        }
        if let Some(run) = order.get_mut(at..=end) {
            run.reverse();
        }
        at = end + 1;
    }
    order
}

/// Letters as they are typed, instead of their forms within a word and their ligatures.
pub(super) fn typed(text: &str) -> String {
    let is_form = |letter: char| matches!(letter, '\u{fb1d}'..='\u{fdfb}' | '\u{fe70}'..='\u{fefc}' | '\u{2f00}'..='\u{2fd5}' | '\u{2e80}'..='\u{2ef3}');
    if !text.chars().any(is_form) {
        return text.to_owned();
    }
    let mut typed = String::with_capacity(text.len());
    for letter in text.chars() {
        if is_form(letter) {
            typed.extend(std::iter::once(letter).nfkc());
        } else {
            typed.push(letter);
        }
    }
    typed
}

/// Letters of one Arabic sign in their order: lam goes before alef, whatever the file says.
pub(super) fn in_sign(letters: &mut [char]) {
    if let [first @ ('\u{622}' | '\u{623}' | '\u{625}' | '\u{627}' | '\u{671}'), second @ '\u{644}'] = letters {
        std::mem::swap(first, second);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_their_way() {
        use Way::{Either, Left, Right};
        assert_eq!(order(&[Right, Right], false), [0, 1]);
        assert_eq!(order(&[Left, Left, Left], true), [2, 1, 0]);
        assert_eq!(order(&[Left, Right, Either, Right, Left], true), [4, 1, 2, 3, 0]);
        assert_eq!(order(&[Right, Left, Left, Right], false), [0, 2, 1, 3]);
        assert_eq!(order(&[Either, Left, Either, Left], true), [3, 2, 1, 0]);
    }

    #[test]
    fn forms_of_letters_are_the_letters() {
        assert_eq!(typed("\u{fefb} \u{fe8d}"), "لا ا");
        let mut sign = ['ا', 'ل'];
        in_sign(&mut sign);
        assert_eq!(sign, ['ل', 'ا']);
    }
}
