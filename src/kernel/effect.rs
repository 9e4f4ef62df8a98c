//! What a reaction came to.

use serde::{Deserialize, Serialize};

use super::code::Code;

/// What a reaction came to, as the journal keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Effect {
    /// It was done.
    Done {
        /// What was done, such as `told`, `case_opened`.
        what: Code,
    },
    /// It was not done.
    Skipped {
        /// Why, such as `no_such_product`, `customer.no_contact`.
        why: Code,
    },
}

impl Effect {
    pub(crate) const fn done(what: &'static str) -> Self {
        let what = Code::known(what);
        Self::Done { what }
    }

    pub(crate) const fn skipped(why: &'static str) -> Self {
        let why = Code::known(why);
        Self::Skipped { why }
    }
}
