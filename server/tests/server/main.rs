//! Tests of the whole server: the real router and the real server functions
//! over HTTP and sockets, on a real PostgreSQL, with the real model.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on ends there"
)]

mod backups;
mod bad_input;
mod browser;
mod certificates;
mod cluster;
mod commands;
mod copilot;
mod coverage;
mod crash;
mod crowd;
mod data;
mod database_tls;
mod fairness;
mod figures;
mod flood;
mod follow_up;
mod harness;
mod held_open;
mod http;
mod invitations;
mod isolation;
mod languages;
mod learning;
mod mail;
mod model;
mod new_model;
mod oidc;
mod people;
mod platform;
mod private_postgres;
mod proof;
mod recovery;
mod rest;
mod rest_coverage;
mod rest_isolation;
mod resume;
mod second_factor;
mod secrets;
mod security;
mod sessions;
mod shop_exports;
mod smtp;
mod socket;
mod sources;
mod stories;
mod summaries;
mod teaching;
mod text;
mod thinking;
mod tls;
mod tokens;
mod understanding;
