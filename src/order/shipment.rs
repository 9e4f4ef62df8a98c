//! Shipments, and what is told of their way: late, twice, in any order.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::kernel::{Code, UnitId};

/// A point on the way of a shipment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Milestone {
    /// The carrier has it.
    HandedOver,
    /// It was seen on its way.
    InTransit,
    /// It is on its way to the door.
    OutForDelivery,
    /// Nobody was there, or it could not be delivered.
    AttemptFailed,
    /// It waits to be collected.
    ReadyForPickup,
    /// The customer has it.
    Delivered,
    /// It went back to the sender.
    ReturnedToSender,
    /// It is lost.
    Lost,
    /// The customer does not have it: what was said of a delivery up to then was wrong.
    NotDelivered,
}

impl Milestone {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::HandedOver,
        Self::InTransit,
        Self::OutForDelivery,
        Self::AttemptFailed,
        Self::ReadyForPickup,
        Self::Delivered,
        Self::ReturnedToSender,
        Self::Lost,
        Self::NotDelivered,
    ];

    /// Its name, as serde writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::HandedOver => "handed_over",
            Self::InTransit => "in_transit",
            Self::OutForDelivery => "out_for_delivery",
            Self::AttemptFailed => "attempt_failed",
            Self::ReadyForPickup => "ready_for_pickup",
            Self::Delivered => "delivered",
            Self::ReturnedToSender => "returned_to_sender",
            Self::Lost => "lost",
            Self::NotDelivered => "not_delivered",
        }
    }

    /// Whether the way ends here. The customer's having it outweighs all else; that it is lost is the weakest
    /// end, since lost things turn up.
    const fn end(self) -> u8 {
        match self {
            Self::Delivered => 3,
            Self::ReturnedToSender => 2,
            Self::Lost => 1,
            Self::HandedOver
            | Self::InTransit
            | Self::OutForDelivery
            | Self::AttemptFailed
            | Self::ReadyForPickup
            | Self::NotDelivered => 0,
        }
    }

    /// Whether it happens once, so that of two reports the earlier is right.
    const fn is_once(self) -> bool {
        matches!(self, Self::HandedOver) || self.end() > 0
    }
}

/// When the carrier expects to deliver, and when it said so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Estimate {
    /// When it was said, UTC.
    pub said_at: DateTime<Utc>,
    /// When it will be delivered, UTC.
    pub at: DateTime<Utc>,
}

/// Some of an order, on its way together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shipment {
    /// Which one of the order's, counted from 1.
    pub number: u32,
    /// Lines, and how many of each.
    pub items: Vec<(u32, u32)>,
    /// Units in it with a record of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<(u32, UnitId)>,
    /// Who carries it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carrier: Option<Code>,
    /// What the carrier calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracking: Option<Code>,
    /// Since when it is prepared, UTC.
    pub prepared_at: DateTime<Utc>,
    /// What is known of its way: of things that happen once the earliest report, of the others the latest, UTC. Of
    /// its delivery the earliest report that was not taken back.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub marks: BTreeMap<Milestone, DateTime<Utc>>,
    /// Every instant at which it was said to be delivered, UTC: any of them may turn out to be wrong.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub said_delivered: BTreeSet<DateTime<Utc>>,
    /// When the carrier expects to deliver, as it said last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimate: Option<Estimate>,
}

impl Shipment {
    /// Takes in a report; it says whether anything was new. Reports come to the same whatever their order, and
    /// however often each comes.
    pub fn mark(&mut self, milestone: Milestone, at: DateTime<Utc>) -> bool {
        let known = self.marks.get(&milestone).copied();
        if milestone == Milestone::Delivered {
            self.said_delivered.extend(known);
            if !self.said_delivered.insert(at) {
                return false;
            }
        } else {
            let merged = match known {
                None => at,
                Some(known) if milestone.is_once() => known.min(at),
                Some(known) => known.max(at),
            };
            if known == Some(merged) {
                return false;
            }
            self.marks.insert(milestone, merged);
        }
        if matches!(milestone, Milestone::Delivered | Milestone::NotDelivered) {
            self.settle_delivery();
        }
        true
    }

    /// It was delivered at the earliest instant that is said and was not taken back.
    fn settle_delivery(&mut self) {
        let taken_back = self.marks.get(&Milestone::NotDelivered).copied();
        if let Some(known) = self.marks.remove(&Milestone::Delivered) {
            self.said_delivered.insert(known);
        }
        let mut said = self.said_delivered.iter().copied();
        if let Some(at) = said.find(|at| taken_back.is_none_or(|until| *at > until)) {
            self.marks.insert(Milestone::Delivered, at);
        }
    }

    /// Takes in an estimate; it says whether it was new. The one said last holds.
    pub fn expect(&mut self, estimate: Estimate) -> bool {
        if self.estimate.is_some_and(|known| known >= estimate) {
            return false;
        }
        self.estimate = Some(estimate);
        true
    }

    /// Where it is: its end when it has come to one, else the latest that is known, UTC.
    #[must_use]
    pub fn position(&self) -> Option<(Milestone, DateTime<Utc>)> {
        let marks = self.marks.iter().map(|(milestone, at)| (*milestone, *at));
        marks.max_by_key(|(milestone, at)| (milestone.end(), *at, *milestone))
    }

    /// When it was delivered, UTC.
    #[must_use]
    pub fn delivered_at(&self) -> Option<DateTime<Utc>> {
        self.marks.get(&Milestone::Delivered).copied()
    }

    /// Whether it will not come: lost or gone back, and not delivered after all.
    #[must_use]
    pub fn is_void(&self) -> bool {
        let position = self.position();
        position.is_some_and(|(milestone, _)| {
            matches!(milestone, Milestone::Lost | Milestone::ReturnedToSender)
        })
    }

    /// Whether it is prepared or on its way: still to come.
    #[must_use]
    pub fn is_under_way(&self) -> bool {
        self.delivered_at().is_none() && !self.is_void()
    }

    /// When something was heard of it last, UTC: from when it was prepared on, a report of its way or an estimate.
    #[must_use]
    pub fn heard_at(&self) -> DateTime<Utc> {
        let marks = self.marks.values().copied();
        let said = self.estimate.map(|estimate| estimate.said_at);
        marks.chain(said).fold(self.prepared_at, DateTime::max)
    }

    /// How many of a line are in it.
    #[must_use]
    pub fn quantity(&self, line: u32) -> u32 {
        let items = self.items.iter().filter(|(number, _)| *number == line);
        items.fold(0, |sum, (_, quantity)| sum.saturating_add(*quantity))
    }
}
