//! Warranties and claims through a desk.

mod attach;
mod claim;
mod dates;
mod goodwill;
mod laws;
mod loan;
mod open;
mod pin;
mod remedy;
mod resale;
mod review;
mod rights;
mod rulebook;
mod supplier;
mod usage;

use std::sync::Arc;

use aftercare::calendar::{BusinessHoursSpec, Holiday};
use aftercare::code;
use aftercare::kernel::{
    Actor, Code, Currency, CustomerId, Money, StaffId, UnitId, WarrantyClaimId,
};
use aftercare::message::{Draft, Recipient};
use aftercare::prelude::{DefineProduct, RecordUnit, RegisterCustomer, RulebookSpec};
use aftercare::product::MeterSpec;
use aftercare::record::{Index, Query, Record, Share};
use aftercare::store::Store;
use aftercare::warranty::{
    ClaimView, Clause, FileClaim, Length, Offer, Regimes, StartWarranty, Term, TermKind, ViewClaim,
    Warranty, WarrantyClaim, WarrantyPolicy,
};
use chrono::{NaiveDate, TimeDelta, Weekday};
use uuid::Uuid;

use crate::product::world::World;

pub fn on(date: &str) -> NaiveDate {
    date.parse().unwrap()
}

pub fn lira(amount: i64) -> Money {
    Money::new(amount * 100, Currency::TRY)
}

pub fn regimes() -> Regimes {
    serde_json::from_str(include_str!("../../../examples/data/warranty_regimes.json")).unwrap()
}

/// A shop in Türkiye: the law, two more years on compressors, three months on work.
pub fn policy() -> WarrantyPolicy {
    let compressor = Clause::everything(code!("compressor")).of_component(code!("compressor"));
    let maker = Term::new(code!("maker"), TermKind::Manufacturer, Length::Years(4))
        .covering([compressor])
        .excluding_cause(code!("misuse"));
    WarrantyPolicy {
        regimes: regimes(),
        regime: Some(code!("tr.consumer")),
        terms: vec![
            maker,
            Term::new(code!("work"), TermKind::Work, Length::Months(3)),
            Term::new(code!("extra"), TermKind::Extended, Length::Years(5)).not_transferable(),
        ],
        offers: vec![Offer::always(code!("maker")).in_category(code!("refrigerator"))],
        work_term: Some(code!("work")),
        approval_limits: [
            (code!("agent"), vec![lira(1_000)]),
            (code!("supervisor"), vec![lira(50_000)]),
        ]
        .into(),
        ..WarrantyPolicy::default()
    }
}

pub fn spec(policy: WarrantyPolicy) -> RulebookSpec {
    use Weekday::{Fri, Mon, Sat, Thu, Tue, Wed};
    let working = BusinessHoursSpec::new("+03:00")
        .open(&[Mon, Tue, Wed, Thu, Fri, Sat], "00:00", "24:00")
        .holiday(Holiday::on("2026-04-23"))
        .holiday(Holiday::on("2026-05-01"));
    let mut spec = RulebookSpec {
        warranty: policy,
        ..RulebookSpec::new()
    };
    spec.customer.zone = "+03:00".to_owned();
    // Text messages and e-mails go to unproven addresses too, so that somebody is told.
    spec.customer.unverified_channels = [
        aftercare::interaction::Channel::Email,
        aftercare::interaction::Channel::Sms,
    ]
    .into();
    spec.with_calendar(code!("tr.working_days"), working)
}

pub struct Shop {
    pub world: World,
    pub ayse: CustomerId,
    pub unit: UnitId,
}

impl Shop {
    /// Ayşe has a refrigerator since 3 March 2025; today is 2 March 2026.
    pub fn new() -> Self {
        Self::with(policy())
    }

    pub fn with(policy: WarrantyPolicy) -> Self {
        Self::of(spec(policy), "2025-03-03")
    }

    /// The refrigerator was delivered on this date, two days after it was bought.
    pub fn delivered(policy: WarrantyPolicy, delivered: &str) -> Self {
        Self::of(spec(policy), delivered)
    }

    pub fn of(spec: RulebookSpec, delivered: &str) -> Self {
        Self::sold(spec, delivered, lira(30_000))
    }

    /// The refrigerator cost this much.
    pub fn priced(policy: WarrantyPolicy, price: Money) -> Self {
        Self::sold(spec(policy), "2025-03-03", price)
    }

    fn sold(spec: RulebookSpec, delivered: &str, price: Money) -> Self {
        let delivered = on(delivered);
        let world = World::with(spec);
        let ayse = RegisterCustomer::named("Ayşe Yılmaz").with_email("ayse@example.com");
        let ayse = world.run(ayse);
        let fridge = DefineProduct::new(code!("NF-500"))
            .in_category(code!("refrigerator"))
            .with_meter(code!("h"), MeterSpec::counting(code!("h")));
        world.run(fridge);
        let unit = world.run(RecordUnit {
            owner: Some(ayse),
            bought_on: Some(delivered - TimeDelta::days(2)),
            ..RecordUnit::new(code!("NF-500")).with_serial(code!("NF-1"))
        });
        let shop = Self { world, ayse, unit };
        let start = StartWarranty::of(unit).delivered_on(delivered);
        shop.world.run(start.at_price(price));
        shop
    }

    /// Goes on to noon of a date in Türkiye, and does what falls due until then.
    pub fn go_to(&self, date: &str) {
        let noon = format!("{date}T12:00:00+03:00");
        let noon: chrono::DateTime<chrono::Utc> = noon.parse().unwrap();
        self.world.wait(noon - self.world.now());
        self.wake();
    }

    pub fn wake(&self) {
        let context = self.world.context(Actor::System);
        self.world.desk.wake(&context, Share::ALL, 100).unwrap();
    }

    pub fn agent() -> Actor {
        Actor::staff(StaffId::from_u128(7), code!("agent"))
    }

    pub fn file(&self, component: Code, fault: Code) -> WarrantyClaimId {
        let claim = FileClaim::new(self.ayse, self.unit).with_fault(component, fault);
        self.world.run(claim)
    }

    pub fn claim(&self, id: WarrantyClaimId) -> Arc<WarrantyClaim> {
        self.world.get(id)
    }

    pub fn warranty(&self) -> Arc<Warranty> {
        self.world.get(Warranty::id_of(self.unit))
    }

    pub fn view(&self, claim: WarrantyClaimId) -> ClaimView {
        let at = self.world.now();
        self.world.ask(&ViewClaim { claim, at })
    }

    /// What was said to whom, the earliest first.
    pub fn said(&self) -> Vec<Draft> {
        let store = self.world.desk.store();
        let query = Query::new(Index::Journal, Uuid::nil()).limit(10_000);
        let mut drafts = Vec::new();
        for found in store.find(&query).unwrap().found {
            let row = store.load(&[found.key]).unwrap().remove(0).unwrap();
            let Some(Record::Entry(entry)) = row.record else {
                panic!("not an entry")
            };
            for event in &entry.events {
                if let aftercare::record::Event::Message(
                    _,
                    aftercare::message::MessageEvent::Queued(draft),
                ) = event
                {
                    drafts.push((**draft).clone());
                }
            }
        }
        drafts
    }

    /// For which purposes the customer was told something, and on which the team.
    pub fn told(&self) -> (Vec<Code>, Vec<Code>) {
        let said = self.said();
        let to = |is_customer: bool| {
            let drafts = said
                .iter()
                .filter(|draft| matches!(draft.to, Recipient::Customer(_)) == is_customer);
            drafts.map(|draft| draft.purpose.clone()).collect()
        };
        (to(true), to(false))
    }
}

/// A day.
pub fn days(count: i64) -> TimeDelta {
    TimeDelta::days(count)
}
