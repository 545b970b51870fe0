//! One tenant never takes the others' service: the queue goes round, a model that is slow holds
//! nobody but its own business, and what is stored has a limit.

mod models;
mod queue;
mod storage;
