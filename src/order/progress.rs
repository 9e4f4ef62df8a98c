//! How far an order has come, by what its shipments tell.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::shipment::Shipment;
use super::state::{Order, OrderStatus};
use crate::kernel::UnitId;

impl Order {
    /// The units that were delivered with the order, by their lines.
    pub(crate) fn delivered_units(&self) -> BTreeMap<u32, BTreeSet<UnitId>> {
        let mut by_line: BTreeMap<u32, BTreeSet<UnitId>> = BTreeMap::new();
        let came = self
            .shipments
            .iter()
            .filter(|it| it.delivered_at().is_some());
        for (line, unit) in came.flat_map(|shipment| &shipment.units) {
            by_line.entry(*line).or_default().insert(*unit);
        }
        by_line
    }

    /// How many of each line were delivered, by the numbers of the lines.
    pub(crate) fn all_delivered(&self) -> BTreeMap<u32, u32> {
        self.counted(|shipment| shipment.delivered_at().is_some())
    }

    /// How many of each line are in the shipments that count, by the numbers of the lines. What was sent again and came
    /// twice was ordered once.
    fn counted(&self, counts: impl Fn(&Shipment) -> bool) -> BTreeMap<u32, u32> {
        let mut by_line: BTreeMap<u32, u32> = BTreeMap::new();
        let shipments = self.shipments.iter().filter(|shipment| counts(shipment));
        for (line, quantity) in shipments.flat_map(|shipment| &shipment.items) {
            let count = by_line.entry(*line).or_default();
            *count = count.saturating_add(*quantity);
        }
        for (line, count) in &mut by_line {
            *count = (*count).min(self.line(*line).map_or(0, |line| line.item.quantity));
        }
        by_line
    }

    /// How many of the pieces that were ordered are in the shipments that count.
    pub(crate) fn pieces_in(&self, counts: impl Fn(&Shipment) -> bool) -> u64 {
        let by_line = self.counted(counts);
        by_line.values().copied().map(u64::from).sum()
    }

    /// How many of a line are prepared, on their way or delivered; no more than were ordered.
    #[must_use]
    pub fn shipped(&self, line: u32) -> u32 {
        self.sum_of(line, |shipment| !shipment.is_void())
    }

    /// Whether something of it is neither prepared nor on its way nor delivered.
    #[must_use]
    pub fn has_unshipped(&self) -> bool {
        self.pieces_in(|shipment| !shipment.is_void()) < self.pieces()
    }

    /// How many pieces were ordered.
    pub(crate) fn pieces(&self) -> u64 {
        let quantities = self.lines.iter().map(|line| u64::from(line.item.quantity));
        quantities.fold(0, u64::saturating_add)
    }

    /// Whether something of the line, or of any, is neither prepared nor on its way nor delivered.
    pub(crate) fn is_unshipped(&self, line: Option<u32>) -> bool {
        let Some(number) = line else {
            return self.has_unshipped();
        };
        self.line(number)
            .is_ok_and(|line| self.shipped(number) < line.item.quantity)
    }

    /// How many of a line were delivered; no more than were ordered.
    #[must_use]
    pub fn delivered(&self, line: u32) -> u32 {
        self.sum_of(line, |shipment| shipment.delivered_at().is_some())
    }

    fn sum_of(&self, line: u32, counts: impl Fn(&Shipment) -> bool) -> u32 {
        let shipments = self.shipments.iter().filter(|shipment| counts(shipment));
        let sum = shipments.fold(0_u32, |sum, shipment| {
            sum.saturating_add(shipment.quantity(line))
        });
        sum.min(self.line(line).map_or(0, |line| line.item.quantity))
    }

    /// When all of a line was there first, UTC; `None` while some is missing.
    #[must_use]
    pub fn line_delivered_at(&self, line: u32) -> Option<DateTime<Utc>> {
        let quantity = self.line(line).ok()?.item.quantity;
        self.complete_at(BTreeMap::from([(line, quantity)]))
    }

    /// When all of it was there first, UTC; `None` while some is missing. What comes again later, such as a lost parcel
    /// that turns up after its pieces were sent anew, changes nothing.
    #[must_use]
    pub fn delivered_at(&self) -> Option<DateTime<Utc>> {
        let lines = (1..).zip(&self.lines);
        self.complete_at(lines.map(|(n, line)| (n, line.item.quantity)).collect())
    }

    /// When so many of each line were there first.
    fn complete_at(&self, mut missing: BTreeMap<u32, u32>) -> Option<DateTime<Utc>> {
        let came = self.shipments.iter();
        let came = came.filter_map(|shipment| Some((shipment.delivered_at()?, shipment)));
        let mut came: Vec<_> = came.collect();
        came.sort_by_key(|(at, shipment)| (*at, shipment.number));
        for (at, shipment) in came {
            for (line, quantity) in &shipment.items {
                if let Some(left) = missing.get_mut(line) {
                    *left = left.saturating_sub(*quantity);
                    if *left == 0 {
                        missing.remove(line);
                    }
                }
            }
            if missing.is_empty() {
                return Some(at);
            }
        }
        None
    }

    /// Where it stands.
    #[must_use]
    pub fn status(&self) -> OrderStatus {
        if self.cancelled.is_some() {
            return OrderStatus::Cancelled;
        }
        if self.delivered_at().is_some() {
            return OrderStatus::Delivered;
        }
        if self.shipments.iter().any(|s| s.delivered_at().is_some()) {
            return OrderStatus::PartlyDelivered;
        }
        let pieces = self.pieces_in(|shipment| !shipment.is_void() && !shipment.marks.is_empty());
        let needed = self.pieces();
        match (pieces, self.confirmed_at) {
            (0, None) => OrderStatus::Placed,
            (0, Some(_)) => OrderStatus::Confirmed,
            (pieces, _) if pieces >= needed => OrderStatus::Shipped,
            _ => OrderStatus::PartlyShipped,
        }
    }
}
