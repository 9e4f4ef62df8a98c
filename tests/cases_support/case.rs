//! One case, and how it came out.

use std::fmt::Debug;

use chrono::{DateTime, Utc};
use serde_json::Value;

/// What runs the cases of one file.
pub(crate) type Run = fn(&Case) -> Outcome;

pub(crate) enum Outcome {
    Passed,
    Failed {
        got: String,
        expected: String,
    },
    /// Names the part that is missing.
    Unsupported(String),
}

impl Outcome {
    pub(crate) fn missing(part: impl Into<String>) -> Self {
        Self::Unsupported(part.into())
    }

    pub(crate) fn compare<T: PartialEq + Debug>(got: T, expected: T) -> Self {
        if got == expected {
            Self::Passed
        } else {
            Self::Failed {
                got: format!("{got:?}"),
                expected: format!("{expected:?}"),
            }
        }
    }

    /// A refusal counts as a failure: the case expected an answer.
    pub(crate) fn answer<T: PartialEq + Debug, E: Debug>(got: Result<T, E>, expected: T) -> Self {
        match got {
            Ok(got) => Self::compare(got, expected),
            Err(refusal) => Self::Failed {
                got: format!("{refusal:?}"),
                expected: format!("{expected:?}"),
            },
        }
    }
}

pub(crate) struct Case(Value);

impl Case {
    pub(crate) fn parse(line: &str) -> Self {
        Self(serde_json::from_str(line).unwrap())
    }

    pub(crate) fn id(&self) -> &str {
        self.text("id")
    }

    pub(crate) fn kind(&self) -> &str {
        self.text("kind")
    }

    pub(crate) fn get(&self, field: &str) -> &Value {
        &self.0[field]
    }

    pub(crate) fn text(&self, field: &str) -> &str {
        let value = self.0[field].as_str();
        value.unwrap_or_else(|| panic!("no text {field} in {}", self.0))
    }

    pub(crate) fn integer(&self, field: &str) -> i64 {
        let value = self.0[field].as_i64();
        value.unwrap_or_else(|| panic!("no integer {field} in {}", self.0))
    }

    pub(crate) fn instant(&self, field: &str) -> DateTime<Utc> {
        self.text(field).parse().unwrap()
    }

    /// A list of pairs of instants.
    pub(crate) fn periods(&self, field: &str) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
        serde_json::from_value(self.0[field].clone()).unwrap()
    }
}
