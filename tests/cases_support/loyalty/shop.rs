//! A shop with one customer and one programme.

use aftercare::code;
use aftercare::desk::{Desk, Error};
use aftercare::kernel::{
    Actor, Code, Context, Currency, CustomerId, Money, MovementId, RequestId, SecretKey,
};
use aftercare::loyalty::*;
use aftercare::prelude::{RegisterCustomer, RulebookSpec};
use aftercare::store::MemoryStore;
use aftercare::work::Command;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};

pub(super) fn points() -> Code {
    code!("points")
}

fn club() -> Code {
    code!("club")
}

pub(super) const fn p(points: i64) -> Points {
    Points::new(points)
}

pub(super) const fn tl(minor: i64) -> Money {
    Money::new(minor, Currency::TRY)
}

/// An amount such as 106 or "106.25", in minor units.
pub(super) fn minor(value: &Value) -> i64 {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    format!("{whole}{decimals:0<2}").parse().unwrap()
}

pub(super) fn date(value: &Value) -> NaiveDate {
    value.as_str().unwrap().parse().unwrap()
}

/// So many points for each so many minor units, a minor unit worth each.
pub(super) fn each(points_each: &Value, per: i64) -> ProgrammeSpec {
    let each = u32::try_from(points_each.as_u64().unwrap()).unwrap();
    let mut policy = PointsPolicy::worth(Worth::minor(1));
    policy.transferable = true;
    ProgrammeSpec::new(club(), "UTC", Currency::TRY)
        .with_points(points(), policy)
        .with_rule(EarnRule::per_amount(
            code!("each"),
            points(),
            each,
            per.unsigned_abs(),
        ))
}

/// A point for each whole unit of money.
pub(super) fn plain() -> ProgrammeSpec {
    each(&json!(1), 100)
}

pub(super) fn base(mut spec: ProgrammeSpec, points_part: bool) -> ProgrammeSpec {
    spec.base.points_part = points_part;
    spec
}

pub(super) struct Shop {
    desk: Desk<MemoryStore>,
    customer: CustomerId,
    now: DateTime<Utc>,
    requests: u128,
    orders: u32,
}

impl Shop {
    pub(super) fn new(spec: ProgrammeSpec) -> Self {
        let rulebook = RulebookSpec::new().with_programme(spec);
        let rulebook = rulebook.build(SecretKey::new([3; 16])).unwrap();
        let mut shop = Self {
            desk: Desk::new(MemoryStore::new(), rulebook),
            customer: CustomerId::from_u128(0),
            now: "2024-01-01T00:00:00Z".parse().unwrap(),
            requests: 0,
            orders: 0,
        };
        shop.now = "2026-01-01T00:00:00Z".parse().unwrap();
        let start = shop.desk.rulebook().programmes()[0].spec().from;
        if let Some(start) = start {
            shop.now = shop.now.min(start.and_hms_opt(0, 0, 0).unwrap().and_utc());
        }
        if let Some(end) = shop.desk.rulebook().programmes()[0].spec().to {
            shop.now = shop.now.min(end.and_hms_opt(0, 0, 0).unwrap().and_utc());
        }
        shop.customer = shop.run(RegisterCustomer::named("Ayşe")).unwrap();
        shop
    }

    fn context(&mut self) -> Context {
        self.requests += 1;
        Context::new(self.now, RequestId::from_u128(self.requests), Actor::System)
    }

    fn run<C: Command>(&mut self, command: C) -> Result<C::Output, &'static str> {
        let context = self.context();
        self.desk
            .run(&context, command)
            .map_err(|error| match error {
                Error::Refused(refusal) => refusal.code(),
                other => panic!("{other:?}"),
            })
    }

    pub(super) fn pass_to(&mut self, day: &str) {
        self.now = format!("{day}T00:00:00Z").parse().unwrap();
    }

    pub(super) fn buy_basket(&mut self, basket: Basket) -> Result<i64, &'static str> {
        self.orders += 1;
        let number = Code::try_new(&self.orders.to_string()).unwrap();
        let source = Source::order(number);
        let earn = EarnPoints::for_purchase(self.customer, club(), basket, source);
        Ok(self.run(earn)?.points.iter().map(|(_, of)| of.get()).sum())
    }

    pub(super) fn try_buy(&mut self, minor: i64, paid: Option<Money>) -> Result<i64, &'static str> {
        let mut basket = Basket::of([BasketLine::new(code!("item"), tl(minor))]);
        basket.paid_with_points = paid;
        self.buy_basket(basket)
    }

    pub(super) fn buy(&mut self, minor: i64, paid: Option<Money>) -> i64 {
        self.try_buy(minor, paid).unwrap()
    }

    pub(super) fn buy_movement_with(&mut self, minor: i64, paid: Option<Money>) -> MovementId {
        self.buy(minor, paid);
        let number = Code::try_new(&self.orders.to_string()).unwrap();
        Source::order(number).earning(&club())
    }

    pub(super) fn buy_movement(&mut self, minor: i64) -> MovementId {
        self.buy_movement_with(minor, None)
    }

    pub(super) fn try_bring_back(
        &mut self,
        movement: MovementId,
        returned: Returned,
    ) -> Result<i64, &'static str> {
        let back = self.run(ReverseEarning { movement, returned })?;
        Ok(back.points.iter().map(|(_, of)| of.get()).sum())
    }

    pub(super) fn bring_back(&mut self, movement: MovementId, minor: i64) -> i64 {
        self.try_bring_back(movement, Returned::Value(tl(minor)))
            .unwrap()
    }

    pub(super) fn bring_all_back(&mut self, movement: MovementId) -> i64 {
        self.try_bring_back(movement, Returned::Everything).unwrap()
    }

    pub(super) fn redeem(&mut self, of: i64) -> Result<Spent, &'static str> {
        self.run(RedeemPoints::new(self.customer, club(), points(), p(of)))
    }

    pub(super) fn give_back(&mut self, movement: MovementId) -> GivenBack {
        let amount = None;
        self.run(GiveBackPoints { movement, amount }).unwrap()
    }

    pub(super) fn claim(&mut self, reward: &str) -> i64 {
        let claim = ClaimReward::new(self.customer, club(), reward.parse().unwrap());
        self.run(claim).unwrap().points.get()
    }

    pub(super) fn adjust(&mut self, by: i64) {
        self.try_adjust(by).unwrap();
    }

    pub(super) fn try_adjust(&mut self, by: i64) -> Result<(), &'static str> {
        self.run(AdjustPoints {
            customer: self.customer,
            programme: club(),
            points: points(),
            by: p(by),
            reason: code!("case"),
        })
    }

    fn view(&self, customer: CustomerId) -> PointsView {
        let read = ReadPoints {
            customer,
            programme: club(),
            at: self.now,
        };
        self.desk.ask(&Actor::System, &read).unwrap()
    }

    pub(super) fn balance(&self) -> i64 {
        self.view(self.customer).balances[0].balance.get()
    }

    pub(super) fn tier(&self) -> Value {
        let tier = self.view(self.customer).tier.unwrap().tier;
        tier.map_or(Value::Null, |tier| tier.as_str().into())
    }

    pub(super) fn progress(&self) -> i64 {
        self.view(self.customer).tier.unwrap().progress
    }

    pub(super) fn has_account(&self) -> bool {
        let id = Account::id_of(self.customer, &club());
        self.desk.get(&Actor::System, id).unwrap().is_some()
    }

    /// How many points were spent.
    pub(super) fn used(&self) -> i64 {
        let id = Account::id_of(self.customer, &club());
        let account = self.desk.get(&Actor::System, id).unwrap().unwrap();
        account.totals(&points()).redeemed.get()
    }
}

/// What is asked more than once, or by several at once.
pub(super) fn twice(kind: &str, input: &Value) -> Value {
    let mut shop = Shop::new(plain());
    let number = |name: &str| input[name].as_i64().unwrap();
    match kind {
        "idempotent_redeem" => {
            shop.adjust(number("balance"));
            let redeem = RedeemPoints::new(shop.customer, club(), points(), p(number("each")));
            let context = shop.context();
            let outcomes: Vec<_> = (0..number("requests"))
                .map(|_| shop.desk.run(&context, redeem.clone()).unwrap())
                .collect();
            assert!(outcomes.iter().all(|outcome| *outcome == outcomes[0]));
            json!({"applied": shop.used() / number("each"), "balance": shop.balance()})
        }
        "idempotent_refund" => {
            let amount = number("amount");
            shop.adjust(amount);
            let movement = shop.redeem(amount).unwrap().movement;
            let before = shop.balance();
            for _ in 0..number("refund_requests") {
                let amount = None;
                drop(shop.run(GiveBackPoints { movement, amount }));
            }
            json!({"credited": shop.balance() - before})
        }
        "optimistic_lock_rollback" => {
            shop.adjust(number("balance"));
            let movement = shop.redeem(number("deduct")).unwrap().movement;
            shop.adjust(number("concurrent_credit"));
            let amount = None;
            shop.run(GiveBackPoints { movement, amount }).unwrap();
            json!({"balance": shop.balance()})
        }
        _ => gifts(&mut shop, input),
    }
}

/// One balance is given away by many at once.
fn gifts(shop: &mut Shop, input: &Value) -> Value {
    shop.adjust(input["balance"].as_i64().unwrap());
    let to = shop.run(RegisterCustomer::named("Deniz")).unwrap();
    let each = input["each"].as_i64().unwrap();
    let contexts: Vec<Context> = (0..input["concurrent_gifts"].as_i64().unwrap())
        .map(|_| shop.context())
        .collect();
    let (desk, from) = (&shop.desk, shop.customer);
    let successes = std::thread::scope(|scope| {
        let gifts: Vec<_> = contexts
            .iter()
            .map(|context| {
                scope.spawn(move || {
                    let gift = TransferPoints {
                        from,
                        to,
                        programme: club(),
                        points: points(),
                        amount: p(each),
                    };
                    desk.run(context, gift).is_ok()
                })
            })
            .collect();
        gifts
            .into_iter()
            .map(|gift| gift.join().unwrap())
            .filter(|done| *done)
            .count()
    });
    json!({
        "successes": successes,
        "total_credited": shop.view(to).balances[0].balance.get(),
        "sender_balance": shop.balance(),
    })
}
