//! Tests against real servers, which are named by environment variables and skipped, loudly, without:
//!
//! - `AFTERCARE_POSTGRES_URL`, such as `postgresql://postgres@127.0.0.1:5432/test`
//! - `AFTERCARE_NATS_URL`, such as `nats://127.0.0.1:4222`, with JetStream
//!
//! With `AFTERCARE_SERVERS=required` a missing server fails the tests. Every test has a schema of its own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    clippy::wildcard_enum_match_arm,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    unreachable_pub,
    reason = "a test that cannot go on must stop"
)]

mod booking;
mod broker;
#[path = "../all/common.rs"]
#[allow(dead_code, reason = "shared with the other tests")]
mod common;
#[path = "../all/service/contest.rs"]
mod contest;
mod contract;
mod database;
mod faults;
mod isolation;
mod nats;
#[path = "../all/loyalty/contest.rs"]
mod overdraw;
mod pooler;
mod spending;
#[path = "../all/support.rs"]
#[allow(dead_code, reason = "shared with the other tests")]
mod support;
