use std::fmt;

/// A rule of the [contract](crate::docs::store).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// 1: a commit is all or nothing, and lasts.
    Atomic = 1,
    /// 2: all expectations are checked in the transaction that writes.
    Expectations = 2,
    /// 3: a conflict changes nothing.
    Conflict = 3,
    /// 4: a batch that landed does not land again.
    Repeated = 4,
    /// 5: a store keeps the version it is given, and keeps it after erasure.
    Versions = 5,
    /// 6: terms change as the batch says.
    Terms = 6,
    /// 7: a query finds everything in its range, in order, without gap or repeat.
    Find = 7,
    /// 8: a commit whose future is dropped is whole or was never made.
    Dropped = 8,
    /// 9: what is read is what was written.
    Encoding = 9,
    /// 10: erasure leaves no copy.
    Erasure = 10,
}

impl Rule {
    /// All of them, in order.
    pub const ALL: [Self; 10] = [
        Self::Atomic,
        Self::Expectations,
        Self::Conflict,
        Self::Repeated,
        Self::Versions,
        Self::Terms,
        Self::Find,
        Self::Dropped,
        Self::Encoding,
        Self::Erasure,
    ];

    /// Its number in the contract.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// What it says, in a few words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Atomic => "a commit is all or nothing, and lasts",
            Self::Expectations => "all expectations are checked in the transaction that writes",
            Self::Conflict => "a conflict changes nothing",
            Self::Repeated => "a batch that landed does not land again",
            Self::Versions => "a store keeps the version it is given, also after erasure",
            Self::Terms => "terms change as the batch says",
            Self::Find => "a query finds everything, in order, without gap or repeat",
            Self::Dropped => "a commit whose future is dropped is whole or was never made",
            Self::Encoding => "what is read is what was written",
            Self::Erasure => "erasure leaves no copy",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rule {}: {}", self.number(), self.name())
    }
}

/// What the suite found out about one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    rule: Rule,
    seen: Option<String>,
    unchecked: Vec<&'static str>,
}

impl Finding {
    pub(super) const fn new(
        rule: Rule,
        seen: Option<String>,
        unchecked: Vec<&'static str>,
    ) -> Self {
        Self {
            rule,
            seen,
            unchecked,
        }
    }

    /// The rule.
    #[must_use]
    pub const fn rule(&self) -> Rule {
        self.rule
    }

    /// What was seen that breaks the rule; `None` when it is kept.
    #[must_use]
    pub fn seen(&self) -> Option<&str> {
        self.seen.as_deref()
    }

    /// What could not be checked because the builder does not offer it.
    #[must_use]
    pub fn unchecked(&self) -> &[&'static str] {
        &self.unchecked
    }
}

/// What the suite found out about a store: one [`Finding`] for each of the ten rules.
///
/// `Debug` and `Display` both show it in words, so that `report.into_result().unwrap()` in a test says
/// what is wrong.
#[derive(Clone, PartialEq, Eq)]
pub struct Report(Vec<Finding>);

impl Report {
    pub(super) const fn new(findings: Vec<Finding>) -> Self {
        Self(findings)
    }

    /// Whether no rule was broken.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.broken().next().is_none()
    }

    /// The rules that were broken.
    pub fn broken(&self) -> impl Iterator<Item = Rule> {
        let broken = self.0.iter().filter(|finding| finding.seen.is_some());
        broken.map(|finding| finding.rule)
    }

    /// All findings, in the order of the rules.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.0
    }

    /// The report as an error when a rule was broken.
    ///
    /// # Errors
    /// The report itself.
    pub fn into_result(self) -> Result<Self, Self> {
        if self.is_ok() { Ok(self) } else { Err(self) }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Finding {
            rule,
            seen,
            unchecked,
        } in &self.0
        {
            let verdict = if seen.is_some() { "BROKEN" } else { "kept  " };
            writeln!(f, "{verdict} {:>2}  {}", rule.number(), rule.name())?;
            if let Some(seen) = seen {
                writeln!(f, "           {seen}")?;
            }
            for what in unchecked {
                writeln!(f, "           not checked: {what}")?;
            }
        }
        match self.broken().count() {
            0 => write!(f, "The store keeps the contract."),
            1 => write!(f, "The store breaks 1 rule."),
            n => write!(f, "The store breaks {n} rules."),
        }
    }
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{self}")
    }
}

impl std::error::Error for Report {}
