//! A member's year: points that come with purchases, a return after some of them were spent, a tier, and points
//! that are gone at the end. Printed as the statement that the member would get.
//!
//! `cargo run --example loyalty_year`

#![allow(
    clippy::print_stdout,
    clippy::wildcard_enum_match_arm,
    reason = "an example that tells, and a statement that leaves out what moved nothing"
)]

use aftercare::kernel::{Currency, Money, MovementId};
use aftercare::loyalty::{
    Account, AccountEvent, AfterSpending, Conditions, EarnRule, Expiry, Multiplier, PointsPolicy,
    Posted, PostingKind, QualifyBy, Returned, Round, Span, TierScheme, Unit, Window, Worth,
};
use aftercare::prelude::*;
use aftercare::record::{Event, Key};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

type Fallible<T> = Result<T, Box<dyn std::error::Error>>;

const fn tl(lira: i64) -> Money {
    Money::new(lira * 100, Currency::TRY)
}

/// A point for each whole lira, twice as many in silver; ten kuruş each for half a year, to the end of the month.
fn programme() -> ProgrammeSpec {
    let expiry = Expiry::After {
        span: Span::Months(6),
        round: Round::EndOf(Unit::Month),
    };
    let policy = PointsPolicy::worth(Worth::minor(10))
        .expiring(expiry)
        .telling(14)
        .after_spending(AfterSpending::Debt);
    let silver = Conditions {
        tiers: [code!("silver")].into(),
        ..Conditions::default()
    };
    let tiers = [(code!("silver"), 500_000)];
    ProgrammeSpec::new(code!("club"), "Europe/Istanbul", Currency::TRY)
        .with_points(code!("points"), policy)
        .with_rule(EarnRule::per_amount(
            code!("each_lira"),
            code!("points"),
            1,
            100,
        ))
        .with_multiplier(Multiplier::percent(code!("silver_double"), 200, silver))
        .with_tiers(TierScheme::new(
            QualifyBy::Spend,
            Window::CalendarYear,
            tiers,
        ))
}

struct Shop {
    desk: Desk<MemoryStore>,
    requests: Requests,
    ayse: CustomerId,
}

impl Shop {
    fn on(&mut self, day: &str) -> Fallible<Context> {
        let noon: DateTime<Utc> = format!("{day}T12:00:00+03:00").parse()?;
        let context = self.requests.at(noon);
        // A worker does this every few seconds; here it is done before whatever is done next.
        let waking = self.requests.at(noon);
        self.desk.wake(&waking, Share::ALL, 100)?;
        Ok(context)
    }

    fn buys(&mut self, day: &str, what: Code, lira: i64) -> Fallible<MovementId> {
        let context = self.on(day)?;
        let order = Source::order(Code::try_new(&format!("{day}-{what}"))?);
        let basket = Basket::of([BasketLine::new(what, tl(lira))]);
        let earn = EarnPoints::for_purchase(self.ayse, code!("club"), basket, order);
        let earned = self.desk.run(&context, earn)?;
        Ok(earned.movement.ok_or("it brought no points")?)
    }

    fn pays_with_points(&mut self, day: &str, points: i64) -> Fallible<()> {
        let context = self.on(day)?;
        let points = Points::new(points);
        let redeem = RedeemPoints::new(self.ayse, code!("club"), code!("points"), points);
        self.desk.run(&context, redeem)?;
        Ok(())
    }

    fn brings_back(&mut self, day: &str, movement: MovementId) -> Fallible<()> {
        let context = self.on(day)?;
        let returned = Returned::Everything;
        self.desk
            .run(&context, ReverseEarning { movement, returned })?;
        Ok(())
    }
}

/// A line of the statement: on which day, what happened, and how many points came or went.
struct StatementLine {
    at: DateTime<Utc>,
    says: String,
    change: i64,
}

/// What a movement says to the member.
fn says(posted: &Posted) -> Option<String> {
    let what = posted.source.as_ref();
    let what = what.map_or(String::new(), |source| format!(" ({})", source.number));
    let posting = &posted.posting;
    Some(match posting.kind {
        PostingKind::Earned if posting.settled.is_positive() => {
            format!(
                "earned{what}; {} of it settle what was owed",
                posting.settled
            )
        }
        PostingKind::Earned => format!("earned{what}"),
        PostingKind::Redeemed => "paid with points".to_owned(),
        PostingKind::Reversed if posting.owed.is_positive() => format!(
            "goods returned; {} of their points were spent and are owed",
            posting.owed
        ),
        PostingKind::Reversed => "goods returned".to_owned(),
        PostingKind::Expired => "expired".to_owned(),
        _ => return None,
    })
}

/// What the journal tells of the account, in the words of a statement.
fn line(at: DateTime<Utc>, event: &AccountEvent) -> Option<StatementLine> {
    let (says, change) = match event {
        AccountEvent::Posted(posted) => (says(posted)?, posted.posting.change().get()),
        AccountEvent::TierSet { from, to, .. } if from != to => {
            let tier = to.as_ref().map_or("none", |tier| tier.as_str());
            (format!("your tier from now on: {tier}"), 0)
        }
        AccountEvent::Told { count, until, .. } => {
            let until = day(*until);
            (
                format!("we told you: {count} points will be gone by {until}"),
                0,
            )
        }
        _ => return None,
    };
    Some(StatementLine { at, says, change })
}

/// The member's own calendar day.
fn day(at: DateTime<Utc>) -> NaiveDate {
    (at + TimeDelta::hours(3)).date_naive()
}

fn main() -> Fallible<()> {
    let spec = RulebookSpec::new().with_programme(programme());
    let desk = Desk::new(
        MemoryStore::new(),
        spec.build(SecretKey::new(*b"a secret of ours"))?,
    );
    let mut requests = Requests::of(Actor::System, 1); // a program would draw it
    let january: DateTime<Utc> = "2026-01-05T12:00:00+03:00".parse()?;
    let ayse = desk.run(
        &requests.at(january),
        RegisterCustomer::named("Ayşe Yılmaz"),
    )?;
    let mut shop = Shop {
        desk,
        requests,
        ayse,
    };

    shop.buys("2026-01-12", code!("kettle"), 1_250)?;
    let blender = shop.buys("2026-02-03", code!("blender"), 2_400)?;
    shop.pays_with_points("2026-02-20", 3_000)?;
    shop.brings_back("2026-03-02", blender)?; // 650 of its points are left: 1 750 are owed.
    shop.buys("2026-04-18", code!("washer"), 4_000)?; // settles the debt, and reaches silver
    shop.buys("2026-05-30", code!("iron"), 800)?; // twice the points
    shop.on("2026-11-01")?; // April's points are gone, May's will be at the end of the month
    let now: DateTime<Utc> = "2026-11-15T12:00:00+03:00".parse()?;

    let (programme, points) = (code!("club"), code!("points"));
    let system = Actor::System;
    let account = Account::id_of(ayse, &programme);
    let history = shop.desk.ask(&system, &Journal::of(Key::of(account)))?;
    println!("Points of Ayşe Yılmaz, 2026\n");
    println!(
        "{:<10}  {:<66} {:>7} {:>8}",
        "date", "", "points", "balance"
    );
    let mut balance = 0;
    for entry in &history.entries {
        for event in &entry.events {
            let Event::Account(_, event) = event else {
                continue;
            };
            let Some(line) = line(entry.stamp.at, event) else {
                continue;
            };
            balance += line.change;
            let change = match line.change {
                0 => String::new(),
                change => format!("{change:+}"),
            };
            println!(
                "{}  {:<66} {change:>7} {balance:>8}",
                day(line.at),
                line.says
            );
        }
    }
    let read = ReadPoints {
        customer: ayse,
        programme: programme.clone(),
        at: now,
    };
    let view = shop.desk.ask(&system, &read)?;
    let there = view.of(&points).ok_or("no points")?;
    let worth = there.available.get();
    println!(
        "\nTo spend: {worth} points, worth {}.",
        Money::new(worth * 10, Currency::TRY)
    );
    if let Some(tier) = &view.tier
        && let (Some(name), Some(until)) = (&tier.tier, tier.until)
    {
        println!(
            "Tier: {name}, to the end of {}.",
            day(until - TimeDelta::milliseconds(1))
        );
    }
    let soon = ExpiringPoints {
        customer: ayse,
        programme,
        points,
        at: now,
        until: "2026-12-31T21:00:00Z".parse()?,
    };
    for lot in shop.desk.ask(&system, &soon)? {
        let gone = lot.expires_at.ok_or("never")?;
        let last = day(gone - TimeDelta::milliseconds(1));
        println!(
            "{} of the points can be used to the end of {last}.",
            lot.points
        );
    }
    assert_eq!(there.balance.get(), balance);
    Ok(())
}
