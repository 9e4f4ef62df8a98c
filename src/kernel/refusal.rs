//! What a refusal and a reason have in common.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// One problem found while checking a value that came from outside, such as a calendar or a rulebook.
///
/// Checks do not stop at the first problem: a list of these says everything that is wrong, each with
/// the path of the offending field.
///
/// ```
/// use aftercare::kernel::Problem;
/// let problem = Problem::new("weekly.mon[1]", "calendar.end_before_start", "12:00 to 09:00");
/// assert_eq!(problem.to_string(), "weekly.mon[1]: calendar.end_before_start (12:00 to 09:00)");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Problem {
    /// Where: a path such as `calendars.support.weekly.mon[0]`.
    pub path: String,
    /// What: a stable code such as `calendar.never_opens`.
    pub code: Cow<'static, str>,
    /// The facts, in words; never personal data.
    pub facts: String,
}

impl Problem {
    /// A problem at `path` with a stable `code` and the facts.
    pub fn new(
        path: impl Into<String>,
        code: impl Into<Cow<'static, str>>,
        facts: impl fmt::Display,
    ) -> Self {
        Self {
            path: path.into(),
            code: code.into(),
            facts: facts.to_string(),
        }
    }

    /// The same problem seen from further out: `prefix` is put before the path.
    #[must_use]
    pub fn within(mut self, prefix: &str) -> Self {
        self.path = if self.path.is_empty() {
            prefix.to_owned()
        } else if self.path.starts_with('[') {
            format!("{prefix}{}", self.path)
        } else {
            format!("{prefix}.{}", self.path)
        };
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.path, self.code, self.facts)
    }
}

/// Everything that was wrong with a value that came from outside; never empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// `Ok` when nothing was wrong.
    ///
    /// # Errors
    /// The problems themselves, when there is at least one.
    pub fn check(problems: Vec<Problem>) -> Result<(), Self> {
        if problems.is_empty() {
            Ok(())
        } else {
            Err(Self(problems))
        }
    }

    /// The problems, in the order they were found.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.0.iter()
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl IntoIterator for Problems {
    type Item = Problem;
    type IntoIter = std::vec::IntoIter<Problem>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = std::slice::Iter<'a, Problem>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, problem) in self.0.iter().enumerate() {
            if n > 0 {
                f.write_str("; ")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
