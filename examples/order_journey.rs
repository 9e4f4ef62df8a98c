//! One order, from a question before the sale to what comes back after it.
//!
//! Ayşe asks whether a heater fits, orders it as a gift with three filters, hears of a delay before the promised day, gets it
//! with two of them; the third is called off, and she sends one back.

#![allow(
    clippy::print_stdout,
    clippy::wildcard_enum_match_arm,
    reason = "an example that tells"
)]

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::error::Error;

use aftercare::kernel::{BasisPoints, CustomerId};
use aftercare::order::{
    Ask, Discount, OrderEvent, PromiseDay, PromiseState, Punctuality, Shipping,
};
use aftercare::prelude::*;
use aftercare::product::{MeterSpec, Serials, UnitEvent};
use aftercare::warranty::{CheckCoverage, Length, Offer, Term, TermKind};
use chrono::{DateTime, TimeDelta, Utc};

/// Prints what would be sent.
struct Paper;

impl Courier for Paper {
    type Error = Infallible;

    fn send(&self, envelope: &Envelope) -> Result<Receipt, SendError<Infallible>> {
        let draft = envelope.draft();
        let facts: BTreeMap<_, _> = draft.facts.iter().collect();
        let facts: Vec<String> = facts
            .iter()
            .map(|(name, value)| format!("{name} {value}"))
            .collect();
        println!("      > {}: {}", draft.template, facts.join(", "));
        Ok(Receipt::default())
    }
}

/// A shop, and its clock.
struct Shop {
    desk: Desk<MemoryStore>,
    system: Requests,
    deniz: Requests,
    now: DateTime<Utc>,
    /// Where clocks show what is printed.
    home: Zone,
}

impl Shop {
    fn open() -> Result<Self, Box<dyn Error>> {
        let tips = Reaction::tell(code!("tips"), Trigger::OrderDelivered, code!("tips"));
        let fitting = Reaction::open_case(
            code!("fitting"),
            Trigger::OrderDelivered,
            code!("arrange_fitting"),
        );
        let care = PlanTerms::by_calendar("+03:00".parse()?, Rule::every_months(12));
        let mut spec = RulebookSpec::new()
            .with_plan(code!("boiler_care"), care)
            .with_reaction(Reaction::start_warranty(code!("warranty")))
            .with_reaction(Reaction::start_plan(code!("care"), code!("boiler_care")))
            .with_reaction(tips.after(TimeDelta::days(3)))
            .with_reaction(fitting.for_product(code!("KB-24")));
        spec.warranty.terms = vec![Term::new(
            code!("maker"),
            TermKind::Manufacturer,
            Length::Years(2),
        )];
        spec.warranty.offers = vec![Offer::always(code!("maker")).in_category(code!("boiler"))];
        let rulebook = spec.build(SecretKey::new(*b"a secret of ours"))?;
        Ok(Self {
            desk: Desk::new(MemoryStore::new(), rulebook),
            system: Requests::of(Actor::System, 1),
            deniz: Requests::of(Actor::staff(StaffId::from_u128(7), code!("agent")), 1),
            now: "2026-03-02T10:15:00+03:00".parse()?,
            home: "+03:00".parse()?,
        })
    }

    /// Lets so many hours pass, and does what falls due: looking after promises, sending messages.
    fn pass(&mut self, hours: i64) -> Result<(), Box<dyn Error>> {
        for _ in 0..hours {
            self.now += TimeDelta::hours(1);
            self.desk.wake(&self.system.at(self.now), Share::ALL, 100)?;
            self.send()?;
        }
        Ok(())
    }

    fn send(&mut self) -> Result<(), Box<dyn Error>> {
        self.desk
            .relay(&self.system.at(self.now), &Paper, Share::ALL, 100)?;
        Ok(())
    }

    fn say(&self, what: &str) {
        let shown = self.home.local(self.now);
        println!("{}  {what}", shown.format("%d.%m. %H:%M"));
    }

    /// What Ayşe sees when she looks.
    fn look(&self, ayse: CustomerId, order: OrderId) -> Result<(), Box<dyn Error>> {
        let seen = self
            .desk
            .ask(&Actor::Customer(ayse), &TrackOrder::new(order, self.now))?;
        let when = seen.when.map_or("-".to_owned(), |due| due.text());
        let state = match seen.promise {
            PromiseState::Came(how) => format!("by what was promised last: {how:?}"),
            other => format!("{other:?}"),
        };
        let ask: Vec<String> = seen
            .ask
            .iter()
            .map(|ask| match ask {
                Ask::Team(team) => format!("team {team}"),
                Ask::Carrier { carrier, tracking } => format!("{carrier} about {tracking}"),
                other => format!("{other:?}"),
            })
            .collect();
        println!(
            "      {:?}; next {:?}, {when} ({state}); ask {}",
            seen.status,
            seen.next,
            ask.join(" or ")
        );
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut shop = Shop::open()?;
    let now = shop.now;
    let heater = DefineProduct::new(code!("KB-24"))
        .in_category(code!("boiler"))
        .with_serials(Serials::Required)
        .with_meter(code!("burner"), MeterSpec::counting(code!("h")));
    shop.desk.run(&shop.system.at(now), heater)?;
    let ayse = RegisterCustomer::named("Ayşe Yılmaz").with_email("ayse@example.com");
    let ayse = shop.desk.run(&shop.deniz.at(now), ayse)?;
    let known = shop.desk.get(&Actor::System, ayse)?.ok_or("known")?;
    let contact = known.contacts.first().ok_or("an address")?.id;
    let customer = ayse;
    shop.desk.run(
        &shop.deniz.at(now),
        VerifyContactPoint { customer, contact },
    )?;

    shop.say("Ayşe asks whether the heater fits her kitchen; Deniz says it does");
    let question = RecordMessage::from_customer(ayse, Channel::Chat, "Mutfağıma sığar mı? 60 cm");
    shop.desk.run(&shop.deniz.at(now), question)?;
    let answer = RecordMessage::reply(ayse, Channel::Chat, "Sığar: 44 cm genişliğinde");
    shop.desk.run(&shop.deniz.at(now), answer)?;

    let order = placed(&mut shop, ayse)?;
    shop.say("it is ordered, as a gift, for Thursday 5 March");
    shop.send()?;
    shop.look(ayse, order)?;

    shop.pass(52)?;
    shop.say("nothing was sent by noon of the day before: she was told in time");
    shop.look(ayse, order)?;

    let now = shop.now;
    let parcel = PrepareShipment::of(
        order,
        [
            Pack::new(1, 1).with_serial(code!("TR-4711-01")),
            Pack::new(2, 2),
        ],
    )
    .carried_by(code!("kargo"), code!("K-998"));
    let parcel = shop.desk.run(&shop.deniz.at(now), parcel)?;
    shop.pass(20)?;
    let mark = |milestone, at| TrackShipment::new(order, parcel, milestone).at(at);
    let (out, there) = (now + TimeDelta::hours(2), now + TimeDelta::hours(19));
    // The carrier's reports come late and in any order.
    for report in [
        mark(Milestone::Delivered, there),
        mark(Milestone::HandedOver, out),
        mark(Milestone::Delivered, there),
    ] {
        shop.desk.run(&shop.system.at(shop.now), report)?;
    }
    shop.say("it came");
    shop.send()?;
    shop.look(ayse, order)?;
    called_off(&mut shop, ayse, order)?;
    let units = shop.desk.ask(&Actor::System, &UnitsOf::new(ayse))?.units;
    println!(
        "      the heater is hers: serial {:?}",
        units.first().and_then(|u| u.serial.clone())
    );

    let heater = units.first().ok_or("a heater")?.id;
    let coverage = CheckCoverage::new(heater, shop.now.date_naive());
    let coverage = shop.desk.ask(shop.deniz.actor(), &coverage)?;
    println!("      and under warranty: {:?}", coverage.verdict);

    shop.pass(24 * 4)?;
    returned(&mut shop, ayse, order)?;
    let mut report = Punctuality::default();
    let all = shop.desk.ask(&Actor::System, &OrdersOf::new(ayse))?.orders;
    for order in &all {
        report.count(order, PromiseDay::EndOfDay, shop.now);
    }
    println!(
        "\nKept what was promised first: {} of {} orders; last: {}",
        report.orders.kept,
        report.orders.judged(),
        report.orders_latest.kept
    );
    println!("\nWhat whoever serves her sees, the newest first:");
    for item in shop
        .desk
        .ask(shop.deniz.actor(), &Timeline::of(ayse))?
        .items
    {
        let what = match &item {
            TimelineItem::Contact(_) => "a contact".to_owned(),
            TimelineItem::Case { case, .. } => {
                let view = ViewCase::new(case.id, shop.now);
                let order = shop.desk.ask(shop.deniz.actor(), &view)?.order;
                let number = order.and_then(|order| order.reference.clone());
                format!("a case, about order {number:?}")
            }
            TimelineItem::Order { moments, .. } => format!("the order: {moments:?}"),
            TimelineItem::Return(rma) => format!("a return: {}", rma.reason),
            TimelineItem::Plan(plan) => format!("a plan of service: {}", plan.name),
            other => format!("{other:?}"),
        };
        let at = item
            .at()
            .map(|at| shop.home.local(at).format("%d.%m. %H:%M").to_string());
        println!("      {}  {what}", at.unwrap_or_default());
    }
    println!("\nWhat followed, and why:");
    for entry in shop
        .desk
        .ask(&Actor::System, &Journal::of_customer(ayse))?
        .entries
    {
        for event in &entry.events {
            if let Event::Order(_, OrderEvent::Reacted { reaction, effect })
            | Event::Unit(_, UnitEvent::Reacted { reaction, effect }) = event
            {
                println!("      {} in {}: {effect:?}", reaction, entry.command);
            }
        }
    }
    Ok(())
}

/// The order: a heater and three filters, 100.00 off, shipping on the house.
fn placed(shop: &mut Shop, ayse: CustomerId) -> Result<OrderId, Box<dyn Error>> {
    let vat = BasisPoints::from_percent(20);
    let heater = Item::new(code!("KB-24"), 1, "18999.90 TRY".parse()?).taxed(vat);
    let filters = Item::new(code!("filter"), 3, "149.90 TRY".parse()?).taxed(vat);
    let sending = Shipping::new("250.00 TRY".parse()?).taxed(vat);
    let sending = sending.less_rate(BasisPoints::WHOLE);
    let place = PlaceOrder::new(ayse, [heater, filters])
        .with_reference(code!("W-1001"))
        .with_discount(Discount::Amount("100.00 TRY".parse()?))
        .with_shipping(sending)
        .promising(Promise::by_day("2026-03-05".parse()?));
    let now = shop.now;
    let order = shop.desk.run(&shop.deniz.at(now), place)?;
    let personal = PersonaliseOrder::thanking(order)
        .packed(code!("gift_wrap"))
        .with_note("Yeni evinde güle güle otur");
    shop.desk.run(&shop.deniz.at(now), personal)?;
    for (reference, method, amount) in [
        (code!("g-1"), code!("gift_card"), "5000.00 TRY"),
        (code!("c-2"), code!("card"), "14349.60 TRY"),
    ] {
        let payment = RecordPayment::new(order, reference, method, amount.parse()?);
        shop.desk.run(&shop.deniz.at(now), payment)?;
    }
    shop.desk.run(&shop.deniz.at(now), ConfirmOrder { order })?;
    Ok(order)
}

/// One of three filters will never come.
fn called_off(shop: &mut Shop, ayse: CustomerId, order: OrderId) -> Result<(), Box<dyn Error>> {
    shop.pass(3)?;
    let never = CancelPieces::for_business(order, code!("out_of_stock"));
    let back = shop.desk.run(&shop.deniz.at(shop.now), never)?;
    let back = back.ok_or("something is paid back")?;
    shop.say(&format!(
        "the third filter is out of stock for good: it is called off, {back} go back, and nothing is waited for"
    ));
    shop.send()?;
    shop.look(ayse, order)
}

/// One of two filters goes back.
fn returned(shop: &mut Shop, ayse: CustomerId, order: OrderId) -> Result<(), Box<dyn Error>> {
    let mut herself = Requests::of(Actor::Customer(ayse), 2);
    let wish = RequestReturn::new(order, code!("one_too_many")).with(2, 1);
    let check = CheckReturn::new(wish.clone(), shop.now);
    let (findings, _) = shop.desk.ask(herself.actor(), &check)?;
    shop.say("Ayşe sends one filter back");
    for finding in findings {
        println!(
            "      {:?}: passed {}, {:?}",
            finding.check, finding.passed, finding.fact
        );
    }
    let rma = shop.desk.run(&herself.at(shop.now), wish)?;
    shop.pass(40)?;
    let now = shop.now;
    shop.desk.run(
        &shop.deniz.at(now),
        MoveReturn::all(rma, Reception::Received),
    )?;
    shop.desk.run(
        &shop.deniz.at(now),
        InspectReturn::all(rma, code!("unopened")),
    )?;
    let refund = shop.desk.run(&shop.deniz.at(now), RefundReturn::new(rma))?;
    let refund = refund.ok_or("something is paid back")?;
    shop.say(&format!("it came back unopened: {refund} go back"));
    shop.send()?;
    let order = shop.desk.get(&Actor::System, order)?.ok_or("still there")?;
    for payment in &order.payments {
        println!(
            "      {}: {} of {}",
            payment.method, payment.refunded, payment.amount
        );
    }
    Ok(())
}
