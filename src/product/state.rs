//! A unit as it stands.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::event::{Acquired, UnitEvent};
use super::meter::{Dial, Meter, Reading};
use super::spec::Product;
use crate::kernel::{
    Code, ContactPointId, CustomerId, OrderId, ProductId, ReadingId, StaffId, Stamp, UnitId,
};

/// Whose a unit is, or was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ownership {
    /// Who.
    pub customer: CustomerId,
    /// How it came to them.
    pub how: Acquired,
    /// Since when, UTC.
    pub since: DateTime<Utc>,
    /// Until when, UTC; absent while it is theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
}

/// The order with which a unit was sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Which order.
    pub order: OrderId,
    /// Which line of it, counted from 1.
    pub line: u32,
}

/// Where a unit stands. The address itself is personal and stays in the owner's profile.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// The owner's contact point with the address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<ContactPointId>,
    /// Where there, as a word of the business: `kitchen`, `roof`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spot: Option<Code>,
}

/// When and by whom a unit was installed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Installation {
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// The member of staff who did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<StaffId>,
    /// The workshop or partner that did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installer: Option<Code>,
}

/// Since when and why a unit is out of use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retirement {
    /// Since when, UTC.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: Code,
}

/// One piece of what is sold. Its size does not grow with its readings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Which one.
    pub id: UnitId,
    /// The model.
    pub product: Code,
    /// The serial number, as it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<Code>,
    /// Who makes it, when it was put on record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maker: Option<Code>,
    /// Whose it is; absent while it is the business's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Ownership>,
    /// Whose it was, the earliest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former: Vec<Ownership>,
    /// The order with which it was sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// The date on which it was bought new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bought_on: Option<NaiveDate>,
    /// When it was delivered new, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered_at: Option<DateTime<Utc>>,
    /// When its present owner registered it, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registered_at: Option<DateTime<Utc>>,
    /// When an owner before the present one registered it first since it was sold new, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registered_before_at: Option<DateTime<Utc>>,
    /// When and by whom it was installed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installed: Option<Installation>,
    /// Where it stands.
    #[serde(default)]
    pub site: Site,
    /// Its meters that were read.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub meters: BTreeMap<Code, Meter>,
    /// Since when it is on record, UTC.
    pub recorded_at: DateTime<Utc>,
    /// Since when and why it is out of use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retired: Option<Retirement>,
}

impl Unit {
    /// The state that `event` begins; `None` when it does not begin one.
    #[must_use]
    pub fn begin(id: UnitId, event: &UnitEvent, stamp: &Stamp) -> Option<Self> {
        let UnitEvent::Recorded(recording) = event else {
            return None;
        };
        Some(Self {
            id,
            product: recording.product.clone(),
            serial: recording.serial.clone(),
            maker: recording.maker.clone(),
            owner: recording.owner.map(|(customer, how)| Ownership {
                customer,
                how,
                since: stamp.at,
                until: None,
            }),
            former: Vec::new(),
            origin: recording.origin,
            bought_on: recording.bought_on,
            delivered_at: None,
            registered_at: None,
            registered_before_at: None,
            installed: None,
            site: Site::default(),
            meters: BTreeMap::new(),
            recorded_at: stamp.at,
            retired: None,
        })
    }

    /// The state after `event`.
    pub fn apply(&mut self, event: &UnitEvent, stamp: &Stamp) {
        match event {
            UnitEvent::Recorded(_) | UnitEvent::Reacted { .. } => {}
            UnitEvent::Sold { to, origin, on } => {
                self.pass(stamp.at, Some((*to, Acquired::Bought)));
                self.registered_before_at = None;
                self.origin = Some(*origin);
                self.bought_on = Some(*on);
            }
            UnitEvent::Delivered { at } => self.delivered_at = Some(*at),
            UnitEvent::NotDelivered => self.delivered_at = None,
            UnitEvent::Registered { bought_on } => {
                self.registered_at = Some(stamp.at);
                self.bought_on = self.bought_on.or(*bought_on);
            }
            UnitEvent::Passed { to, how, at } => self.pass(*at, Some((*to, *how))),
            UnitEvent::TakenBack { .. } => {
                self.pass(stamp.at, None);
                self.registered_before_at = None;
                self.origin = None;
                self.bought_on = None;
                self.delivered_at = None;
                self.installed = None;
            }
            UnitEvent::Retired { reason } => {
                self.retired = Some(Retirement {
                    at: stamp.at,
                    reason: reason.clone(),
                });
            }
            UnitEvent::Installed(installation) => self.installed = Some(installation.clone()),
            UnitEvent::Placed(site) => self.site = site.clone(),
            UnitEvent::Read {
                meter,
                reading,
                dial,
                usage,
                rolled_over_at,
                late,
            } => self.read(meter, *reading, *dial, *usage, *rolled_over_at, *late),
            UnitEvent::ReadingCorrected {
                meter,
                reading,
                shows,
                ..
            } => {
                if let Some(meter) = self.meters.get_mut(meter)
                    && meter.reading == Some(*reading)
                    && let Some(newest) = &mut meter.newest
                {
                    newest.shows = *shows;
                }
            }
            UnitEvent::MeterReplaced {
                meter,
                at,
                last,
                first,
            } => {
                let meter = self.meters.entry(meter.clone()).or_default();
                let used = meter
                    .segments
                    .last()
                    .map_or(0, |segment| segment.usage(*last));
                meter.begin_segment(*at, *last, used, *first);
                meter.newest = Some(Dial {
                    at: *at,
                    shows: *first,
                });
                meter.reading = None;
            }
        }
    }

    fn read(
        &mut self,
        meter: &Code,
        reading: ReadingId,
        dial: Dial,
        usage: u64,
        rolled_over_at: Option<u64>,
        late: bool,
    ) {
        let meter = self.meters.entry(meter.clone()).or_default();
        if late {
            return;
        }
        if let Some(most) = rolled_over_at {
            let used = usage.saturating_sub(dial.shows);
            meter.begin_segment(dial.at, most, used, 0);
        }
        meter.newest = Some(dial);
        meter.reading = Some(reading);
    }

    /// Ends the present ownership and begins another; what belongs to an owner begins anew.
    fn pass(&mut self, at: DateTime<Utc>, to: Option<(CustomerId, Acquired)>) {
        if let Some(mut ownership) = self.owner.take() {
            ownership.until = Some(at);
            self.former.push(ownership);
        }
        self.owner = to.map(|(customer, how)| Ownership {
            customer,
            how,
            since: at,
            until: None,
        });
        let registered_at = self.registered_at.take();
        self.registered_before_at = self.registered_before_at.or(registered_at);
        self.site = Site::default();
    }

    /// Whose it is; `None` while it is the business's.
    #[must_use]
    pub fn owned_by(&self) -> Option<CustomerId> {
        self.owner.as_ref().map(|owner| owner.customer)
    }

    /// When it was first registered since it was sold new, by whichever of its owners, UTC.
    #[must_use]
    pub fn first_registered_at(&self) -> Option<DateTime<Utc>> {
        self.registered_before_at.or(self.registered_at)
    }

    /// The use since it was new by one of its meters, as last read; `None` when that was never read.
    #[must_use]
    pub fn usage(&self, meter: &Code) -> Option<u64> {
        self.meters.get(meter)?.usage()
    }
}

/// Models, a page of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ProductPage {
    /// The models.
    pub products: Vec<Arc<Product>>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<ProductId>,
}

/// Units, a page of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct UnitPage {
    /// The units.
    pub units: Vec<Arc<Unit>>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<(i64, UnitId)>,
}

/// Readings of one meter, a page of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReadingPage {
    /// The readings, the newest first.
    pub readings: Vec<Arc<Reading>>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<(i64, ReadingId)>,
}
