//! Who is next: of those who ask at once, each in turn, however many questions one of them has.

use std::collections::{HashMap, VecDeque};

/// What waits, of each who asks.
#[derive(Debug)]
pub(super) struct Round<T> {
    most: usize,
    waiting: HashMap<u128, VecDeque<T>>,
    /// Those who have something waiting; whoever was served goes to the end.
    turns: VecDeque<u128>,
    count: usize,
}

impl<T> Round<T> {
    pub(super) fn new(most: usize) -> Self {
        Self { most, waiting: HashMap::new(), turns: VecDeque::new(), count: 0 }
    }

    /// Puts something in the line of whoever asks; gives it back when they have as much waiting as
    /// there is room for half of, or there is no room.
    pub(super) fn push(&mut self, asker: u128, one: T) -> Result<(), T> {
        let free = self.most.saturating_sub(self.count);
        let own = self.waiting.get(&asker).map_or(0, VecDeque::len);
        if free == 0 || own + 1 > (free / 2).max(1) {
            return Err(one);
        }
        if own == 0 {
            self.turns.push_back(asker);
        }
        self.waiting.entry(asker).or_default().push_back(one);
        self.count += 1;
        Ok(())
    }

    /// The oldest of whoever's turn it is.
    pub(super) fn pop(&mut self) -> Option<T> {
        let asker = self.turns.pop_front()?;
        let line = self.waiting.get_mut(&asker)?;
        let one = line.pop_front()?;
        self.count -= 1;
        if line.is_empty() {
            self.waiting.remove(&asker);
        } else {
            self.turns.push_back(asker);
        }
        Some(one)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_one_delays_the_question_of_another_by_one() {
        let mut round = Round::new(512);
        let flood = (0..512).filter(|number| round.push(1, (1, *number)).is_ok()).count();
        assert!((100..=172).contains(&flood), "{flood}");
        for asker in 2..=4 {
            round.push(asker, (asker, 0)).unwrap();
        }
        round.push(3, (3, 1)).unwrap();
        let order: Vec<_> = (0..8).map(|_| round.pop().unwrap()).collect();
        assert_eq!(order, [(1, 0), (2, 0), (3, 0), (4, 0), (1, 1), (3, 1), (1, 2), (1, 3)]);
        assert_eq!(std::iter::from_fn(|| round.pop()).count(), flood - 4);
        assert!(round.waiting.is_empty() && round.turns.is_empty() && round.count == 0);
    }

    #[test]
    fn there_is_room_for_the_next_until_there_is_none_at_all() {
        let mut round = Round::new(4);
        for asker in 0..4 {
            round.push(asker, asker).unwrap();
            assert!(round.push(asker, asker).is_err(), "{asker}");
        }
        assert_eq!(round.push(9, 9), Err(9));
        assert_eq!(round.pop(), Some(0));
        assert_eq!(round.push(9, 9), Ok(()));
    }
}
