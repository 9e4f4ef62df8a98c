//! A return as it stands.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::check::Finding;
use super::event::ReturnEvent;
use super::refund::RefundKind;
use crate::kernel::{Code, CustomerId, Money, OrderId, ReturnId, Stamp, UnitId};
use crate::order::refusal::Refusal;

/// By which right something is returned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// The return policy of the business.
    #[default]
    Policy,
    /// The statutory right of withdrawal of this place.
    Withdrawal(Code),
}

/// Where a piece is on its way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reception {
    /// It is waited for.
    Awaiting,
    /// It is on its way.
    InTransit,
    /// The business has it.
    Received,
    /// It was lost on its way.
    Lost,
    /// Something else came in its place.
    WrongItem,
    /// It was missing from what came.
    Short,
    /// It did not come in time.
    Expired,
    /// The customer keeps it.
    Cancelled,
}

impl Reception {
    /// Its name, as serde writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Awaiting => "awaiting",
            Self::InTransit => "in_transit",
            Self::Received => "received",
            Self::Lost => "lost",
            Self::WrongItem => "wrong_item",
            Self::Short => "short",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
        }
    }
}

impl fmt::Display for Reception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Reception {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Awaiting,
        Self::InTransit,
        Self::Received,
        Self::Lost,
        Self::WrongItem,
        Self::Short,
        Self::Expired,
        Self::Cancelled,
    ];

    /// To what it may go from here. What was lost, was missing or came too late may still come.
    #[must_use]
    pub const fn next(self) -> &'static [Self] {
        match self {
            Self::Awaiting => &[
                Self::InTransit,
                Self::Received,
                Self::Lost,
                Self::WrongItem,
                Self::Short,
                Self::Expired,
                Self::Cancelled,
            ],
            Self::InTransit => &[Self::Received, Self::Lost, Self::WrongItem, Self::Short],
            Self::Lost | Self::Short | Self::Expired => &[Self::Received],
            Self::Received | Self::WrongItem | Self::Cancelled => &[],
        }
    }

    /// Whether the piece is taken to stay with the customer, so that it may be returned another time.
    #[must_use]
    pub const fn is_off(self) -> bool {
        matches!(
            self,
            Self::WrongItem | Self::Short | Self::Expired | Self::Cancelled
        )
    }
}

/// Whether a piece is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Acceptance {
    /// It was not looked at yet.
    Pending,
    /// It is.
    Accepted,
    /// Somebody has to decide.
    Manual,
    /// It is not, and goes back to the customer.
    Rejected,
}

/// One piece that comes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnUnit {
    /// Which piece of the return, counted from 1.
    pub number: u32,
    /// Of which line of the order.
    pub line: u32,
    /// Its own record, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// Where it is.
    pub reception: Reception,
    /// Whether it is taken back.
    pub acceptance: Acceptance,
    /// In which state it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Code>,
    /// Whether somebody decided that.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub decided: bool,
    /// Whether it was made good.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub settled: bool,
}

impl ReturnUnit {
    /// Whether the customer may return it another time: it never came, or did not have to be taken back.
    #[must_use]
    pub fn is_off(&self) -> bool {
        !self.settled && (self.reception.is_off() || self.acceptance == Acceptance::Rejected)
    }
}

/// What came back of a line of an order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LineReturns {
    /// How many pieces are announced and neither made good nor called off.
    pub announced: u32,
    /// How many pieces were made good.
    pub settled_pieces: u32,
    /// How many of these were exchanged for others.
    #[serde(skip_serializing_if = "is_none_of_them")]
    pub exchanged_pieces: u32,
    /// What was made good for them, whether paid back or exchanged; nothing when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settled: Option<Money>,
    /// The tax in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settled_tax: Option<Money>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the shape serde asks for"
)]
const fn is_none_of_them(count: &u32) -> bool {
    *count == 0
}

/// Pieces of an order that come back together: a return merchandise authorisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Return {
    /// Which one: the number that goes on the parcel.
    pub id: ReturnId,
    /// Of which order.
    pub order: OrderId,
    /// By whom.
    pub customer: CustomerId,
    /// By which right.
    pub right: Right,
    /// Why, as a word of the business.
    pub reason: Code,
    /// How the customer wants to be paid back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preference: Option<RefundKind>,
    /// The pieces.
    pub units: Vec<ReturnUnit>,
    /// What the checks came to when it was announced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// When it was announced, UTC.
    pub announced_at: DateTime<Utc>,
    /// When what has not set out by then expires, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
    /// The orders with the other pieces, of what was exchanged, in the order in which they were made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exchanged_for: Vec<OrderId>,
}

impl Return {
    /// The state that `event` begins; `None` when it does not begin one.
    #[must_use]
    pub fn begin(id: ReturnId, event: &ReturnEvent, stamp: &Stamp) -> Option<Self> {
        let ReturnEvent::Announced(request) = event else {
            return None;
        };
        let units = (1..).zip(&request.pieces);
        let units = units.map(|(number, (line, unit, acceptance))| ReturnUnit {
            number,
            line: *line,
            unit: *unit,
            reception: Reception::Awaiting,
            acceptance: *acceptance,
            condition: None,
            decided: false,
            settled: false,
        });
        Some(Self {
            id,
            order: request.order,
            customer: request.customer,
            right: request.right.clone(),
            reason: request.reason.clone(),
            preference: request.preference,
            units: units.collect(),
            findings: request.findings.clone(),
            announced_at: stamp.at,
            expires_at: request.expires_at,
            exchanged_for: Vec::new(),
        })
    }

    /// The state after `event`.
    pub fn apply(&mut self, event: &ReturnEvent, _: &Stamp) {
        match event {
            ReturnEvent::Announced(_) => {}
            ReturnEvent::Moved { units, to } => {
                self.each(units, |unit| unit.reception = *to);
                let waits = self
                    .units
                    .iter()
                    .any(|u| u.reception == Reception::Awaiting);
                self.expires_at = self.expires_at.filter(|_| waits);
            }
            ReturnEvent::Identified { pieces } => {
                let known: BTreeMap<_, _> = pieces.iter().copied().collect();
                for it in &mut self.units {
                    it.unit = known.get(&it.number).copied().or(it.unit);
                }
            }
            ReturnEvent::Inspected {
                units,
                condition,
                acceptance,
            } => self.each(units, |unit| {
                unit.condition = Some(condition.clone());
                unit.acceptance = *acceptance;
            }),
            ReturnEvent::Decided {
                units, acceptance, ..
            } => self.each(units, |unit| {
                (unit.acceptance, unit.decided) = (*acceptance, true);
            }),
            ReturnEvent::CameInSurplus { pieces } => self.units.extend(pieces.iter().cloned()),
            ReturnEvent::Settled {
                units, exchange, ..
            } => {
                self.each(units, |unit| {
                    unit.settled = true;
                    unit.acceptance = Acceptance::Accepted;
                });
                self.exchanged_for.extend(exchange);
            }
        }
    }

    fn each(&mut self, numbers: &[u32], change: impl Fn(&mut ReturnUnit)) {
        for number in numbers {
            // They are numbered as they were announced, or came in surplus.
            let place = self.units.binary_search_by_key(number, |it| it.number);
            if let Some(unit) = place.ok().and_then(|place| self.units.get_mut(place)) {
                change(unit);
            }
        }
    }

    /// The pieces of these numbers; all of them when none is named.
    pub(crate) fn named(&self, numbers: &[u32]) -> Result<Vec<&ReturnUnit>, Refusal> {
        if numbers.is_empty() {
            return Ok(self.units.iter().collect());
        }
        let mut units = Vec::with_capacity(numbers.len());
        for number in numbers {
            let place = self.units.binary_search_by_key(number, |it| it.number);
            let unit = place.ok().and_then(|place| self.units.get(place));
            let unit = unit.ok_or(Refusal::UnknownPiece { piece: *number })?;
            units.push(unit);
        }
        Ok(units)
    }
}

/// Returns, a page of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReturnPage {
    /// The returns, the newest first.
    pub returns: Vec<Arc<Return>>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<(i64, ReturnId)>,
}
