//! Many who spend from one balance, on any store: none of it is spent twice.

use std::fmt::Debug;

use aftercare::code;
use aftercare::desk::Desk;
use aftercare::kernel::{Actor, Code, Context, Currency, CustomerId, RequestId, SecretKey};
use aftercare::loyalty::*;
use aftercare::prelude::RegisterCustomer;
use aftercare::rulebook::RulebookSpec;
use aftercare::store::AsyncStore;

/// What there is, and what each asks for; more is asked for than there is.
const BALANCE: i64 = 1_000;
const EACH: i64 = 7;

fn context(request: u128) -> Context {
    let now = "2026-03-02T08:00:00Z".parse().unwrap();
    Context::new(now, RequestId::from_u128(request), Actor::System)
}

fn club() -> Code {
    code!("club")
}

fn points() -> Code {
    code!("points")
}

fn desk<S>(store: S) -> Desk<S> {
    let programme = ProgrammeSpec::new(club(), "Europe/Istanbul", Currency::TRY)
        .with_points(points(), PointsPolicy::worth(Worth::minor(10)));
    let spec = RulebookSpec::new().with_programme(programme);
    Desk::new(store, spec.build(SecretKey::new([9; 16])).unwrap())
}

/// A member with a balance.
pub async fn prepare<S: AsyncStore<Error: Debug>>(store: S) -> CustomerId {
    let desk = desk(store);
    let ayse = RegisterCustomer::named("Ayşe");
    let customer = desk.run_async(&context(1), ayse).await.unwrap();
    let given = AdjustPoints {
        customer,
        programme: club(),
        points: points(),
        by: Points::new(BALANCE),
        reason: code!("goodwill"),
    };
    desk.run_async(&context(2), given).await.unwrap();
    customer
}

fn redeem(customer: CustomerId) -> RedeemPoints {
    RedeemPoints::new(customer, club(), points(), Points::new(EACH))
}

/// One of many who spend until nothing is left; says how often it could.
pub async fn spend<S: AsyncStore<Error: Debug>>(
    store: S,
    customer: CustomerId,
    worker: u128,
) -> i64 {
    let desk = desk(store);
    let mut successes = 0;
    for n in 1.. {
        let request = context(worker << 64 | n);
        // Whoever lost 64 races in a row asks again, as a caller would, and asks the same.
        let result = loop {
            match desk.run_async(&request, redeem(customer)).await {
                Err(error) if error.code() == "desk.contention" => {}
                result => break result,
            }
        };
        match result {
            Ok(spent) => {
                assert_eq!(spent.points, Points::new(EACH));
                successes += 1;
                // A request that is asked again moves nothing.
                assert_eq!(
                    desk.run_async(&request, redeem(customer)).await.unwrap(),
                    spent
                );
            }
            Err(error) => {
                assert_eq!(error.code(), "loyalty.insufficient", "{error:?}");
                break;
            }
        }
    }
    successes
}

/// Nothing is left but what is too little, and each success is exactly one movement.
pub async fn check<S: AsyncStore<Error: Debug>>(
    store: S,
    customer: CustomerId,
    successes: Option<i64>,
) {
    let desk = desk(store);
    let id = Account::id_of(customer, &club());
    let account = desk.get_async(&Actor::System, id).await.unwrap().unwrap();
    let left = total(account.purse(&points()).lots()).get();
    let mut movements = 0;
    let mut after = None;
    loop {
        let page = PointsHistory {
            after,
            limit: 200,
            ..PointsHistory::of(customer, club())
        };
        let page = desk.ask_async(&Actor::System, &page).await.unwrap();
        for line in page.lines {
            if line.posted.posting.kind == PostingKind::Redeemed {
                assert_eq!(line.posted.posting.change(), Points::new(-EACH));
                movements += 1;
            }
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(movements, BALANCE / EACH);
    assert_eq!(left, BALANCE % EACH);
    assert_eq!(successes.unwrap_or(movements), movements);
}
