//! What questions about cases are answered with.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::handover::Dossier;
use super::state::Case;
use crate::kernel::CaseId;
use crate::order::Order;
use crate::sla::{ClockView, Considered};

/// What a case looks like.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseView {
    /// The case.
    pub case: Arc<Case>,
    /// Its file: what is personal about it, and what the desks told each other. Staff only.
    pub dossier: Option<Arc<Dossier>>,
    /// The order that it is about, for who may read orders.
    pub order: Option<Arc<Order>>,
    /// What every clock shows, and why.
    pub clocks: Vec<ClockView>,
    /// What became of every SLA policy of today's rulebook for a case like this, and why. Staff only.
    pub policies: Vec<Considered>,
}

/// Open cases, a page of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CasePage {
    /// The cases, the oldest first.
    pub cases: Vec<Arc<Case>>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<(i64, CaseId)>,
}
