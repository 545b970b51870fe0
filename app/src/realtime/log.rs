//! What the dashboard has heard: the events since a known point, so that a
//! page that arrives late catches up and a broken socket goes on where it stopped.

use std::{collections::VecDeque, rc::Rc};
use types::realtime::Event;

/// Events kept for pages that take their snapshot while the socket is open.
const KEPT: usize = 1_000;

/// The events after `base`, in order and without a gap.
#[derive(Debug, Default)]
pub struct EventLog {
    base: Option<u64>,
    last: Option<u64>,
    events: VecDeque<(u64, Rc<Event>)>,
}

impl EventLog {
    /// Begins again after a snapshot, or with whatever comes next.
    pub fn restart(&mut self, after: Option<u64>) {
        self.base = after;
        self.last = after;
        self.events.clear();
    }

    /// Everything up to `sequence` has been sent.
    pub fn ready(&mut self, sequence: u64) {
        if self.base.is_none() {
            self.base = Some(sequence);
        }
        self.last = self.last.max(Some(sequence));
    }

    /// Takes an event; false when it was here before and must be ignored.
    pub fn accept(&mut self, sequence: u64, event: Rc<Event>) -> bool {
        if self.last.is_some_and(|last| sequence <= last) {
            return false;
        }
        // Without a base this is a live event before `Ready`: nothing before it is known.
        self.base.get_or_insert(sequence.saturating_sub(1));
        self.last = Some(sequence);
        self.events.push_back((sequence, event));
        if self.events.len() > KEPT
            && let Some((dropped, _)) = self.events.pop_front()
        {
            self.base = Some(dropped);
        }
        true
    }

    /// The events after a snapshot; none when the log begins later than that.
    pub fn since(&self, after: u64) -> Option<Vec<(u64, Rc<Event>)>> {
        if self.base? > after {
            return None;
        }
        Some(self.events.iter().filter(|(sequence, _)| *sequence > after).cloned().collect())
    }

    /// The number after which a new socket goes on.
    pub const fn last(&self) -> Option<u64> {
        self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use types::WidgetId;

    fn event() -> Rc<Event> {
        Rc::new(Event::WidgetInstalled { widget_id: WidgetId::new() })
    }

    fn numbers(log: &EventLog, after: u64) -> Option<Vec<u64>> {
        Some(log.since(after)?.into_iter().map(|(sequence, _)| sequence).collect())
    }

    #[test]
    fn repeats_are_ignored_and_gaps_are_fine() {
        let mut log = EventLog::default();
        log.restart(Some(10));
        assert!(!log.accept(10, event()));
        assert!(log.accept(12, event()));
        assert!(!log.accept(12, event()));
        assert!(!log.accept(11, event()));
        assert!(log.accept(15, event()));
        assert_eq!(log.last(), Some(15));
        assert_eq!(numbers(&log, 10), Some(vec![12, 15]));
        assert_eq!(numbers(&log, 12), Some(vec![15]));
    }

    #[test]
    fn a_snapshot_older_than_the_log_is_not_covered() {
        let mut log = EventLog::default();
        log.restart(None);
        assert_eq!(numbers(&log, 3), None);
        log.ready(10);
        assert_eq!(numbers(&log, 9), None);
        assert_eq!(numbers(&log, 10), Some(vec![]));
        assert!(log.accept(11, event()));
        assert_eq!(numbers(&log, 10), Some(vec![11]));
    }

    #[test]
    fn the_log_is_bounded() {
        let mut log = EventLog::default();
        log.restart(Some(0));
        for sequence in 1..=(KEPT as u64 + 5) {
            assert!(log.accept(sequence, event()));
        }
        assert_eq!(numbers(&log, 4), None);
        assert_eq!(numbers(&log, 5).map(|numbers| numbers.len()), Some(KEPT));
    }
}
