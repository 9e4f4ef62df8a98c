//! A member's year: points that come with purchases, a return after some of them were spent, a tier, and points
//! that are gone at the end. Printed as the statement that the member would get.
//!
//! `cargo run --example loyalty_year`

#![allow(clippy::print_stdout, reason = "an example that tells")]

use aftercare::kernel::{Currency, Money, MovementId};
use aftercare::loyalty::{
    AfterSpending, Conditions, EarnRule, Expiry, HistoryLine, Multiplier, PointsPolicy,
    PostingKind, QualifyBy, Returned, Round, Span, TierScheme, Unit, Window, Worth,
};
use aftercare::prelude::*;
use chrono::{DateTime, Utc};

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

/// What a line of the statement says.
fn says(line: &HistoryLine) -> String {
    let what = line.posted.source.as_ref();
    let what = what.map_or(String::new(), |source| format!(" ({})", source.number));
    let words = [
        (PostingKind::Earned, "earned"),
        (PostingKind::Redeemed, "paid with points"),
        (PostingKind::Reversed, "taken back, goods returned"),
        (PostingKind::Expired, "expired"),
    ];
    let kind = line.posted.posting.kind;
    let said = words.iter().find(|(known, _)| *known == kind);
    let said = said.map_or("other", |(_, said)| said);
    format!("{said}{what}")
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
    let history = shop
        .desk
        .ask(&system, &PointsHistory::of(ayse, programme.clone()))?;
    println!("Points of Ayşe Yılmaz, 2026\n");
    let mut balance = 0;
    for line in history.lines.iter().rev() {
        let change = line.posted.posting.change().get();
        balance += change;
        println!(
            "{}  {:<42} {change:>+7} {balance:>7}",
            line.at.date_naive(),
            says(line)
        );
    }
    let read = ReadPoints {
        customer: ayse,
        programme: programme.clone(),
        at: now,
    };
    let view = shop.desk.ask(&system, &read)?;
    let there = view.of(&points).ok_or("no points")?;
    println!("\nTo spend: {} points.", there.available);
    if let Some(tier) = &view.tier
        && let (Some(name), Some(until)) = (&tier.tier, tier.until)
    {
        println!("Tier: {name}, at least until {}.", until.date_naive());
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
        println!(
            "{} points can be used before {}.",
            lot.points,
            gone.to_rfc3339()
        );
    }
    assert_eq!(there.balance.get(), balance);
    Ok(())
}
