//! Lanes: which work never waits for which, and how much of one tenant's is done at once.

use crate::{answers::MODEL_PLACES, shares::fair};

/// Jobs of one lane never wait for those of another: a visitor does not wait
/// for a book to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Answers to visitors.
    Answers,
    /// Cutting and embedding sources.
    Knowledge,
    /// Taking text out of files and single pages.
    Reading,
    /// Reading whole sites, which takes minutes and mostly waits.
    Crawling,
    /// Mails.
    Mail,
    /// What is made out about messages and conversations.
    Understanding,
    /// Training and testing.
    Learning,
    /// What language models write for the team, which may take them long.
    Writing,
}

impl Lane {
    /// Every lane.
    pub const ALL: [Self; 8] = [
        Self::Answers,
        Self::Knowledge,
        Self::Reading,
        Self::Crawling,
        Self::Mail,
        Self::Understanding,
        Self::Learning,
        Self::Writing,
    ];
    /// How many there are.
    pub(crate) const COUNT: usize = Self::ALL.len();

    /// The name under which its jobs are stored.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Answers => "answer",
            Self::Knowledge => "index_source",
            Self::Reading => "read",
            Self::Crawling => "crawl",
            Self::Mail => "send_mail",
            Self::Understanding => "understand",
            Self::Learning => "learn",
            Self::Writing => "write",
        }
    }

    /// Jobs at which this process works at the same moment.
    pub(super) const fn hands(self) -> usize {
        match self {
            Self::Understanding | Self::Learning | Self::Reading | Self::Writing => 2,
            // Each holds the vectors of a whole source.
            Self::Knowledge => 3,
            Self::Answers | Self::Crawling => 4,
            // So many that one tenant may have two.
            Self::Mail => 6,
        }
    }

    /// Jobs that are under way in this process, with those that wait for a language model or a
    /// web site and hold no hand meanwhile.
    pub(super) const fn under_way(self) -> usize {
        match self {
            // Nobody waits for a model without one of its places: those who wait never fill the lane.
            Self::Answers | Self::Writing => MODEL_PLACES + 2 * self.hands(),
            Self::Crawling => 64,
            Self::Reading => 16,
            _ => self.hands(),
        }
    }

    /// Jobs of one tenant that may be under way, in all processes together, while so many of all
    /// tenants are in this one: fewer as it fills, so that many tenants leave room for the next, too.
    pub(super) fn may_have(self, taken: usize) -> usize {
        let fair = fair(self.under_way() as u64, taken as u64, 1);
        self.share().min(usize::try_from(fair).unwrap_or(usize::MAX))
    }

    /// The most jobs of one tenant that may be under way, in all processes together. Always fewer
    /// than there is room for, so that nobody fills a lane.
    #[must_use]
    pub const fn share(self) -> usize {
        match self {
            Self::Answers => 32,
            Self::Writing => 4,
            Self::Mail | Self::Crawling => 2,
            Self::Knowledge | Self::Reading | Self::Understanding | Self::Learning => 1,
        }
    }

    /// Tries before a job is given up. A mail server that has never heard of
    /// us often says "later" for some minutes: twelve tries take twenty.
    pub(super) const fn tries(self) -> i32 {
        match self {
            Self::Answers | Self::Knowledge | Self::Reading | Self::Understanding | Self::Learning => 6,
            // A server that stops during a crawl does not count; a fault of ours seldom goes away.
            Self::Crawling => 3,
            // Nobody misses it, and each try may cost money.
            Self::Writing => 2,
            Self::Mail => 12,
        }
    }
}

#[cfg(test)]
mod tests;
