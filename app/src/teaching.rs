//! How people teach the AI: unanswered questions, the review, the test bench,
//! and an agent's reply that becomes an answer.

mod bench;
mod cases;
mod draft;
mod gap;
mod gaps;
mod review;
mod reviews;
mod run;
mod save;

pub use bench::TestsPage;
pub use gaps::GapsPage;
pub use reviews::ReviewsPage;
pub use save::SaveAnswer;
