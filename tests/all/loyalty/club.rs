//! A programme with everything, and short ways to use it.

use aftercare::code;
use aftercare::customer::{AddContactPoint, VerifyContactPoint};
use aftercare::kernel::{Code, Currency, CustomerId, Money, MovementId};
use aftercare::loyalty::*;
use aftercare::record::Share;
use aftercare::rulebook::RulebookSpec;
use chrono::{DateTime, TimeDelta, Utc};

use crate::product::world::World;

pub fn club() -> Code {
    code!("club")
}

pub fn points() -> Code {
    code!("points")
}

pub const fn tl(minor: i64) -> Money {
    Money::new(minor, Currency::TRY)
}

pub const fn p(points: i64) -> Points {
    Points::new(points)
}

pub fn order(n: u32) -> Source {
    Source::order(Code::try_new(&format!("order-{n}")).unwrap())
}

/// One point for each whole lira, each worth ten kuruş, gone after a year to the end of the month; silver from 1 000 lira
/// in a year, gold from 5 000.
pub fn programme() -> ProgrammeSpec {
    let expiry = Expiry::After {
        span: Span::Months(12),
        round: Round::EndOf(Unit::Month),
    };
    let tiers = [(code!("silver"), 1_000_00), (code!("gold"), 5_000_00)];
    let policy = PointsPolicy {
        transferable: true,
        reinstatement: Some(Reinstatement {
            within_days: 10,
            for_days: 30,
        }),
        ..PointsPolicy::worth(Worth::minor(10))
    };
    ProgrammeSpec::new(club(), "Europe/Istanbul", Currency::TRY)
        .with_points(points(), policy.expiring(expiry).telling(14))
        .with_rule(EarnRule::per_amount(code!("each_lira"), points(), 1, 100))
        .with_rule(EarnRule::for_action(
            code!("review"),
            points(),
            code!("review"),
            25,
        ))
        .with_tiers(TierScheme::new(
            QualifyBy::Spend,
            Window::CalendarYear,
            tiers,
        ))
}

pub fn world(spec: ProgrammeSpec) -> World {
    World::with(RulebookSpec::new().with_programme(spec))
}

pub fn basket(minor: i64) -> Basket {
    Basket::of([BasketLine::new(code!("tea"), tl(minor))])
}

pub fn purchase(customer: CustomerId, n: u32, minor: i64) -> EarnPoints {
    EarnPoints::for_purchase(customer, club(), basket(minor), order(n))
}

pub fn redeem(customer: CustomerId, of: i64) -> RedeemPoints {
    RedeemPoints::new(customer, club(), points(), p(of))
}

pub fn reverse(movement: MovementId, minor: i64) -> ReverseEarning {
    let returned = Returned::Value(tl(minor));
    ReverseEarning { movement, returned }
}

pub fn adjust(customer: CustomerId, by: i64) -> AdjustPoints {
    AdjustPoints {
        customer,
        programme: club(),
        points: points(),
        by: p(by),
        reason: code!("goodwill"),
    }
}

/// What a member has now.
pub fn view(world: &World, customer: CustomerId) -> PointsView {
    view_at(world, customer, world.now())
}

pub fn view_at(world: &World, customer: CustomerId, at: DateTime<Utc>) -> PointsView {
    world.ask(&ReadPoints {
        customer,
        programme: club(),
        at,
    })
}

pub fn available(world: &World, customer: CustomerId) -> i64 {
    view(world, customer).of(&points()).unwrap().available.get()
}

pub fn balance(world: &World, customer: CustomerId) -> i64 {
    view(world, customer).of(&points()).unwrap().balance.get()
}

pub fn tier(world: &World, customer: CustomerId) -> Option<String> {
    let tier = view(world, customer).tier.unwrap().tier;
    tier.map(|tier| tier.as_str().to_owned())
}

/// Every account that is there.
pub fn account(world: &World, customer: CustomerId) -> std::sync::Arc<Account> {
    world.get(Account::id_of(customer, &club()))
}

pub fn lines(world: &World, customer: CustomerId) -> Vec<HistoryLine> {
    let history = PointsHistory {
        limit: 200,
        ..PointsHistory::of(customer, club())
    };
    world.ask(&history).lines
}

/// Lets time pass to an instant, and wakes what is due.
pub fn wake_at(world: &World, at: &str) {
    let at: DateTime<Utc> = at.parse().unwrap();
    world.wait(at - world.now());
    wake(world);
}

pub fn wake(world: &World) {
    let context = world.context(aftercare::kernel::Actor::System);
    world.desk.wake(&context, Share::ALL, 1_000).unwrap();
}

pub fn days(days: i64) -> TimeDelta {
    TimeDelta::days(days)
}

/// A customer who can be told things.
pub fn reachable(world: &World) -> CustomerId {
    let customer = world.register("Ayşe");
    let contact = world.run(AddContactPoint::email(customer, "ayse@example.com"));
    world.run(VerifyContactPoint { customer, contact });
    customer
}
