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

    /// How many of each line were delivered, by the numbers of the lines; no more than were ordered at first. Lines of
    /// which nothing was are left out.
    pub(crate) fn all_delivered(&self) -> BTreeMap<u32, u32> {
        let came = self.counted(|shipment| shipment.delivered_at().is_some());
        let came = (1..).zip(came).zip(&self.lines);
        let came = came.map(|((number, came), line)| (number, came.min(line.item.quantity)));
        came.filter(|(_, came)| *came > 0).collect()
    }

    /// How many of each line are in the shipments that count, in the order of the lines.
    fn counted(&self, counts: impl Fn(&Shipment) -> bool) -> Vec<u32> {
        let mut by_line = vec![0_u32; self.lines.len()];
        let shipments = self.shipments.iter().filter(|shipment| counts(shipment));
        for (line, quantity) in shipments.flat_map(|shipment| &shipment.items) {
            if let Some(count) = place_of(*line).and_then(|place| by_line.get_mut(place)) {
                *count = count.saturating_add(*quantity);
            }
        }
        by_line
    }

    /// How many of the pieces that are ordered are in the shipments that count. What was sent again and came twice was
    /// ordered once.
    fn pieces_in(&self, counts: impl Fn(&Shipment) -> bool) -> u64 {
        let by_line = self.counted(counts);
        let lines = by_line.into_iter().zip(&self.lines);
        let pieces = lines.map(|(count, line)| u64::from(count.min(line.quantity())));
        pieces.fold(0, u64::saturating_add)
    }

    /// How many of a line are prepared, on their way or delivered; no more than were ordered at first.
    #[must_use]
    pub fn shipped(&self, line: u32) -> u32 {
        self.sum_of(line, |shipment| !shipment.is_void())
    }

    /// Whether something of it is neither prepared nor on its way nor delivered, nor called off.
    #[must_use]
    pub fn has_unshipped(&self) -> bool {
        self.pieces_in(|shipment| !shipment.is_void()) < self.wanted()
    }

    /// How many of each line are neither prepared nor on their way nor delivered, nor called off, by the numbers of the
    /// lines.
    pub(crate) fn left(&self) -> BTreeMap<u32, u32> {
        let shipped = self.counted(|shipment| !shipment.is_void());
        let lines = (1..).zip(&self.lines).zip(shipped);
        let left = lines.map(|((n, line), sent)| (n, line.quantity().saturating_sub(sent)));
        left.collect()
    }

    /// How many pieces were ordered at first.
    pub(crate) fn pieces(&self) -> u64 {
        let quantities = self.lines.iter().map(|line| u64::from(line.item.quantity));
        quantities.fold(0, u64::saturating_add)
    }

    /// How many pieces are ordered: those that were called off no longer are.
    pub(crate) fn wanted(&self) -> u64 {
        let quantities = self.lines.iter().map(|line| u64::from(line.quantity()));
        quantities.fold(0, u64::saturating_add)
    }

    /// Whether something of the line, or of any, is neither prepared nor on its way nor delivered, nor called off.
    pub(crate) fn is_unshipped(&self, line: Option<u32>) -> bool {
        let Some(number) = line else {
            return self.has_unshipped();
        };
        self.line(number)
            .is_ok_and(|line| self.shipped(number) < line.quantity())
    }

    /// How many of a line were delivered; no more than were ordered at first.
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

    /// When all of a line was there first that was not called off, UTC; `None` while some is missing, and where all of it
    /// was called off.
    #[must_use]
    pub fn line_delivered_at(&self, line: u32) -> Option<DateTime<Utc>> {
        let mut left = self.line(line).ok()?.quantity();
        for (at, shipment) in self.came() {
            match shipment.quantity(line) {
                0 => {}
                came if left > 0 && came >= left => return Some(at),
                came => left = left.saturating_sub(came),
            }
        }
        None
    }

    /// The same for each line, in the order of the lines.
    pub(crate) fn lines_delivered_at(&self) -> Vec<Option<DateTime<Utc>>> {
        let lines = self.lines.iter().map(|line| (line.quantity(), None));
        let mut lines: Vec<(u32, Option<DateTime<Utc>>)> = lines.collect();
        for (at, shipment) in self.came() {
            for (line, quantity) in &shipment.items {
                let line = place_of(*line).and_then(|place| lines.get_mut(place));
                let Some((left @ 1.., done)) = line else {
                    continue;
                };
                *left = left.saturating_sub(*quantity);
                if *left == 0 {
                    *done = Some(at);
                }
            }
        }
        lines.into_iter().map(|(_, done)| done).collect()
    }

    /// When all of it was there first that was not called off, UTC; `None` while some is missing. What comes again later,
    /// such as a lost parcel that turns up after its pieces were sent anew, changes nothing. Where all of it was called off
    /// it is there with the first that came all the same.
    #[must_use]
    pub fn delivered_at(&self) -> Option<DateTime<Utc>> {
        let mut last = None;
        for (line, came) in self.lines.iter().zip(self.lines_delivered_at()) {
            if line.quantity() > 0 {
                last = last.max(Some(came?));
            }
        }
        last.or_else(|| self.came().first().map(|(at, _)| *at))
    }

    /// The shipments that were delivered, the earliest first, and when, UTC.
    fn came(&self) -> Vec<(DateTime<Utc>, &Shipment)> {
        let came = self.shipments.iter();
        let came = came.filter_map(|shipment| Some((shipment.delivered_at()?, shipment)));
        let mut came: Vec<_> = came.collect();
        came.sort_by_key(|(at, shipment)| (*at, shipment.number));
        came
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
        let needed = self.wanted();
        match (pieces, self.confirmed_at) {
            (0, None) => OrderStatus::Placed,
            (0, Some(_)) => OrderStatus::Confirmed,
            (pieces, _) if pieces >= needed => OrderStatus::Shipped,
            _ => OrderStatus::PartlyShipped,
        }
    }
}

/// Where a line of this number stands among the lines.
pub(super) fn place_of(line: u32) -> Option<usize> {
    usize::try_from(line).ok()?.checked_sub(1)
}
