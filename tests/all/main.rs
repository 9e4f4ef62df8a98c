//! Tests of the library from outside, in one program so that linking stays quick.

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
    clippy::inconsistent_digit_grouping,
    clippy::string_slice,
    unreachable_pub,
    reason = "a test that cannot go on must stop"
)]

mod access;
mod architecture;
mod calendar;
mod case;
mod common;
mod conformance;
mod customer;
mod faulty;
mod forgotten;
mod golden;
mod incident_replay;
mod interaction;
mod journal;
mod loyalty;
mod measures;
mod message;
mod order;
mod product;
mod relay;
mod report;
mod request;
mod service;
mod sqlite;
mod sqlite_full;
mod support;
mod survey;
mod wake;
mod warranty;
