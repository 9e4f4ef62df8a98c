//! Contracts: a term pinned on a unit when it was sold.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::repair::{Extends, Extension, Spell};
use super::term::{Benefit, Dates, Length, Term};
use crate::kernel::{BasisPoints, Code};

/// A regime and its revision, by which a statutory contract was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegimeRef {
    /// Its name.
    pub name: Code,
    /// Its revision.
    pub revision: u32,
}

/// What the law asks about the day on which a fault was there first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AtDelivery {
    /// A fault that appears within so many calendar months after the start counts as there at delivery, unless
    /// something else is shown.
    pub presumed_months: u32,
    /// Whether faults are not covered that were not there at delivery. Afterwards it is then for the customer to show
    /// that they were.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub decides: bool,
}

impl AtDelivery {
    /// The last date on which a fault that appears counts as there at delivery.
    #[must_use]
    pub fn presumed_until(self, start: NaiveDate) -> NaiveDate {
        let last = Length::Months(self.presumed_months).last_day(start);
        last.unwrap_or(NaiveDate::MAX)
    }
}

/// A term as it was when the unit was sold. Later revisions of the rulebook do not change it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contract {
    /// The term, whole.
    pub term: Term,
    /// From when it counts; absent while none of its dates is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_on: Option<NaiveDate>,
    /// The regime of the sale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regime: Option<RegimeRef>,
    /// What repairs do to its end.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub extends: Extends,
    /// What the law asks about the day on which a fault was there first; nothing when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_delivery: Option<AtDelivery>,
    /// The number of a certificate or policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Code>,
    /// From when it no longer counts, because it was cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled_on: Option<NaiveDate>,
    /// Whether it counts from a date of its own, as that of work does, so that dates of the unit that are told later do
    /// not move it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dated_apart: bool,
}

fn is_nothing(extends: &Extends) -> bool {
    *extends == Extends::default()
}

/// Where a contract ends, as it stands on a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// The last date that is covered, to the end of that date in the owner's zone; absent when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<NaiveDate>,
    /// What repairs added.
    pub extension: Extension,
}

impl Contract {
    /// A term for a unit with these dates.
    #[must_use]
    pub fn new(term: Term, dates: &Dates) -> Self {
        Self {
            starts_on: term.start(dates),
            extends: term.extends,
            term,
            regime: None,
            at_delivery: None,
            reference: None,
            cancelled_on: None,
            dated_apart: false,
        }
    }

    /// Extended by repairs in this way.
    #[must_use]
    pub const fn extended_by(mut self, extends: Extends) -> Self {
        self.extends = extends;
        self
    }

    /// Counting from a date of its own, whatever is told later of the unit.
    #[must_use]
    pub const fn dated_apart(mut self) -> Self {
        self.dated_apart = true;
        self
    }

    /// The same for a unit with other dates.
    #[must_use]
    pub fn anew(&self, dates: &Dates) -> Self {
        Self {
            starts_on: self.term.start(dates),
            cancelled_on: None,
            ..self.clone()
        }
    }

    /// The last date on which registering the unit is in time; `None` where it need not be registered, or it has not
    /// begun to count.
    pub(crate) fn register_by(&self) -> Option<NaiveDate> {
        let last = Length::Days(self.term.register_within_days?).last_day(self.starts_on?);
        Some(last.unwrap_or(NaiveDate::MAX))
    }

    /// Where it ends, as it stands on a date; `None` while it has not begun to count.
    #[must_use]
    pub fn end(&self, spells: &[Spell], on: NaiveDate) -> Option<End> {
        Some(self.end_of(self.term.lasts, self.starts_on?, spells, on))
    }

    /// The clauses of which something is still paid on a date, as repairs stand.
    #[must_use]
    pub fn free_to_claim(&self, spells: &[Spell], on: NaiveDate) -> Vec<&Code> {
        let Some(start) = self.starts_on else {
            return Vec::new();
        };
        let is_paid = |benefit: &Benefit| {
            let lasts = benefit.lasts.unwrap_or(self.term.lasts);
            let last = self.end_of(lasts, start, spells, on).last_day;
            benefit.share > BasisPoints::default() && last.is_none_or(|last| last >= on)
        };
        let clauses = self.term.covers.iter();
        let paid = clauses.filter(|clause| clause.pays.values().any(is_paid));
        paid.map(|clause| &clause.name).collect()
    }

    pub(super) fn end_of(
        &self,
        lasts: Length,
        start: NaiveDate,
        spells: &[Spell],
        on: NaiveDate,
    ) -> End {
        let Some(base) = lasts.last_day(start) else {
            return End {
                last_day: None,
                extension: Extension::default(),
            };
        };
        // What was over before the term began took nothing from it.
        let (last, extension) = match spells.iter().any(|spell| spell.from < start) {
            true => self.extends.end(base, &since(start, spells), on),
            false => self.extends.end(base, spells, on),
        };
        End {
            last_day: Some(last),
            extension,
        }
    }
}

/// Times in repair as far as they lie after the start of a term.
fn since(start: NaiveDate, spells: &[Spell]) -> Vec<Spell> {
    let later = spells.iter().filter(|it| it.to.is_none_or(|to| to > start));
    let clipped = later.map(|spell| Spell {
        from: spell.from.max(start),
        ..spell.clone()
    });
    clipped.collect()
}
