//! 6,919 purchases of 2,357 customers of a record shop, 1997 and 1998, in a programme of one point a whole dollar with
//! tiers by yearly spend: the same totals as a direct computation.
//!
//! The CDNOW sample of Fader and Hardie, "Forecasting Repeat Sales at CDNOW: A Case Study", Interfaces 31 (2001),
//! S94-S107: customer in the full set, customer in the sample, date, units, dollars.

use std::collections::BTreeMap;
use std::io::Read;

use aftercare::code;
use aftercare::customer::RegisterCustomer;
use aftercare::kernel::{Code, Currency, CustomerId, Money};
use aftercare::loyalty::*;
use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::club::{account, balance, club, points, tier, wake, world};

struct Purchase {
    customer: u32,
    on: NaiveDate,
    cents: i64,
}

fn purchases() -> Vec<Purchase> {
    let file = include_bytes!("../../data/cdnow_sample.txt.gz");
    let mut text = String::new();
    flate2::read::GzDecoder::new(&file[..])
        .read_to_string(&mut text)
        .unwrap();
    let line = |line: &str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [_, customer, on, _, dollars] = fields[..] else {
            panic!("{line}")
        };
        Purchase {
            customer: customer.parse().unwrap(),
            on: NaiveDate::parse_from_str(on, "%Y%m%d").unwrap(),
            cents: dollars.replace('.', "").parse().unwrap(),
        }
    };
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(line)
        .collect()
}

/// The tier by what was spent in a year, in cents.
fn tier_of(cents: i64) -> Option<&'static str> {
    match cents {
        25_000.. => Some("gold"),
        10_000.. => Some("silver"),
        _ => None,
    }
}

#[test]
fn real_purchases_give_the_totals_of_a_direct_computation() {
    let mut purchases = purchases();
    assert_eq!(purchases.len(), 6_919);
    purchases.sort_by_key(|purchase| purchase.on);
    let mut expected = BTreeMap::<u32, (i64, BTreeMap<i32, i64>)>::new();
    for Purchase {
        customer,
        on,
        cents,
    } in &purchases
    {
        let (points, years) = expected.entry(*customer).or_default();
        *points += cents / 100;
        *years.entry(on.year()).or_default() += cents;
    }
    assert_eq!(expected.len(), 2_357);

    let tiers = [(code!("silver"), 10_000), (code!("gold"), 25_000)];
    let spec = ProgrammeSpec::new(club(), "UTC", Currency::USD)
        .with_points(points(), PointsPolicy::worth(Worth::minor(1)))
        .with_rule(EarnRule::per_amount(code!("dollars"), points(), 1, 100))
        .with_tiers(TierScheme::new(
            QualifyBy::Spend,
            Window::CalendarYear,
            tiers,
        ));
    let world = world(spec);
    world.wait(purchases[0].on.and_hms_opt(12, 0, 0).unwrap().and_utc() - world.now());
    let mut known = BTreeMap::<u32, CustomerId>::new();
    for (n, purchase) in purchases.iter().enumerate() {
        world.wait(purchase.on.and_hms_opt(12, 0, 0).unwrap().and_utc() - world.now());
        let customer = *known
            .entry(purchase.customer)
            .or_insert_with(|| world.run(RegisterCustomer::default()));
        let amount = Money::new(purchase.cents, Currency::USD);
        let basket = Basket::of([BasketLine::new(code!("cd"), amount)]);
        let source = Source::order(Code::try_new(&n.to_string()).unwrap());
        let earned = world.run(EarnPoints::for_purchase(customer, club(), basket, source));
        let sum: Points = earned.points.iter().map(|(_, points)| *points).sum();
        assert_eq!(sum.get(), purchase.cents / 100);
    }
    let spend = |years: &BTreeMap<i32, i64>, year| years.get(&year).copied().unwrap_or(0);
    for (customer, (points, years)) in &expected {
        let id = known[customer];
        assert_eq!(balance(&world, id), *points);
        // What 1997 brought lasts through 1998, and 1998 may bring more.
        let best = spend(years, 1997).max(spend(years, 1998));
        assert_eq!(
            tier(&world, id).as_deref(),
            tier_of(best),
            "customer {customer}"
        );
    }
    let new_year: DateTime<Utc> = "1999-01-01T00:00:00Z".parse().unwrap();
    world.wait(new_year - world.now());
    for _ in 0..3 {
        wake(&world);
    }
    for (customer, (points, years)) in &expected {
        let account = account(&world, known[customer]);
        let tier = account.standing.tier.as_ref().map(Code::as_str);
        assert_eq!(tier, tier_of(spend(years, 1998)), "customer {customer}");
        assert_eq!(
            total(account.purse(&super::club::points()).lots()).get(),
            *points
        );
    }
}
