//! Cases about lots, through the bare ledger.

use aftercare::calendar::{Zone, civil};
use aftercare::kernel::MovementId;
use aftercare::loyalty::*;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::{Value, json};

use super::shop::{Shop, date, p, plain};

const fn id(n: u128) -> MovementId {
    MovementId::from_u128(n)
}

fn noon(date: NaiveDate) -> DateTime<Utc> {
    date.and_hms_opt(12, 0, 0).unwrap().and_utc()
}

fn long_ago() -> DateTime<Utc> {
    "2025-01-01T00:00:00Z".parse().unwrap()
}

/// The first instant after a day: what expires on it can be used all of it.
fn after(value: &Value) -> Option<DateTime<Utc>> {
    let day = value.as_str()?.parse().unwrap();
    Some(civil::end_of_day(&Zone::utc(), day))
}

/// The lots of a case with what is left in them, each named by its place.
fn lots(input: &Value) -> (Purse, Vec<Lot>) {
    let mut purse = Purse::default();
    let mut all = Vec::new();
    for (n, lot) in (1..).zip(input["lots"].as_array().unwrap()) {
        let left = lot["avail"].as_i64().unwrap_or_else(|| {
            lot["points"].as_i64().unwrap() - lot["already_redeemed"].as_i64().unwrap()
        });
        let lot = Lot::new(id(n), p(left), long_ago()).expiring(after(&lot["expires"]));
        all.push(lot);
        if left > 0 {
            purse.apply(&purse.earning(lot));
        }
    }
    (purse, all)
}

/// The case's own name of a lot.
fn name(input: &Value, source: MovementId) -> Value {
    let place = usize::try_from(source.as_u128()).unwrap() - 1;
    input["lots"][place]["id"].clone()
}

fn allocations(input: &Value, taken: &[Lot]) -> Value {
    let lines = taken
        .iter()
        .map(|lot| json!({"lot": name(input, lot.source), "points": lot.points.get()}));
    Value::Array(lines.collect())
}

pub(super) fn run(kind: &str, input: &Value) -> Option<Value> {
    Some(match kind {
        "lot_order" | "redeem_allocation_no_overdraw" | "overdraw_creates_debt" => {
            let overdraw = match input["allow_debt"].as_bool() {
                Some(true) => Overdraw::Owe,
                _ => Overdraw::Refuse,
            };
            let (purse, _) = lots(input);
            let asked = p(input["redeem"].as_i64().unwrap());
            let now = long_ago() + TimeDelta::days(1);
            let spent = purse.spending(id(99), asked, now, overdraw).unwrap();
            let allocations = allocations(input, &spent.taken);
            match overdraw {
                Overdraw::Refuse => json!({"allocations": allocations}),
                Overdraw::Owe => json!({"allocations": allocations, "debt": spent.owed.get()}),
            }
        }
        "debt_settled_by_next_earn" => {
            let mut purse = Purse::default();
            let debt = p(input["debt"].as_i64().unwrap());
            let owe = purse
                .spending(id(1), debt, long_ago(), Overdraw::Owe)
                .unwrap();
            purse.apply(&owe);
            let earned = p(input["earn"].as_i64().unwrap());
            purse.apply(&purse.earning(Lot::new(id(2), earned, long_ago())));
            json!({
                "debt": purse.debt().get(),
                "available_from_new_lot": purse.available(long_ago()).get(),
            })
        }
        "expire_run" => {
            let (mut purse, _) = lots(input);
            let now = noon(date(&input["today"]));
            let gone = purse.expiry(now).unwrap();
            purse.apply(&gone);
            let names: Vec<Value> = gone
                .taken
                .iter()
                .map(|lot| name(input, lot.source))
                .collect();
            json!({"expired": names, "balance": purse.balance(now).get()})
        }
        "refund_of_redemption_does_not_revive_expired" => give_back(input),
        "expiry_inclusive" => {
            let days = u32::try_from(input["expiry_duration_days"].as_i64().unwrap()).unwrap();
            let earned = noon(date(&input["posting"]));
            let expires = Expiry::days(days).of(&Zone::utc(), earned);
            let mut purse = Purse::default();
            purse.apply(&purse.earning(Lot::new(id(1), p(1), earned).expiring(expires)));
            let now = noon(date(&input["as_of"]));
            json!({"usable": purse.available(now).is_positive()})
        }
        "expired_wallet_not_usable" | "expiry_by_shape_not_label" => {
            let row = if input["rows"].is_null() {
                input
            } else {
                &input["rows"][0]
            };
            let of = row["points"].as_i64().or(row["balance"].as_i64()).unwrap();
            let lot = Lot::new(id(1), p(of), long_ago()).expiring(after(&row["expires"]));
            let mut purse = Purse::default();
            purse.apply(&purse.earning(lot));
            let now = noon(date(&input["today"]));
            match input["rows"].is_null() {
                true => json!({"usable": purse.available(now).get()}),
                false => {
                    json!({"expired": purse.expiry(now).map_or(0, |gone| -gone.change().get())})
                }
            }
        }
        "fifo_and_expiry" => fifo(input),
        "two_phase" => {
            let pending = p(input["create"].as_i64().unwrap());
            let mut purse = Purse::default();
            let lot = Lot::new(id(1), pending, long_ago()).available(None);
            purse.apply(&purse.earning(lot));
            let now = long_ago();
            json!({"balance": purse.available(now).get(), "pending": purse.pending(now).get()})
        }
        "reverse_from_promised" | "reverse_from_active_insufficient" => reverse(input),
        "negative_balance_guard" => {
            let mut shop = Shop::new(plain());
            shop.adjust(input["balance"].as_i64().unwrap());
            assert_eq!(input["allow_negative"], false);
            let refused = shop.try_adjust(input["adjust"].as_i64().unwrap());
            let named = match refused {
                Err("loyalty.insufficient") => "BAD_REQUEST",
                Err(other) => other,
                Ok(()) => "none",
            };
            json!({"error": named, "balance": shop.balance()})
        }
        "reinstate_window" => reinstate(input),
        _ => return None,
    })
}

/// Points that expired on a day are given back on another.
fn reinstate(input: &Value) -> Value {
    let within_days = u32::try_from(input["window_days"].as_u64().unwrap()).unwrap();
    let mut spec = plain();
    let policy = spec.points.values_mut().next().unwrap();
    policy.expiry = Expiry::On(date(&input["expired_on"]));
    policy.reinstatement = Some(Reinstatement {
        within_days,
        for_days: 30,
    });
    let mut shop = Shop::new(spec);
    shop.adjust(100);
    let spent = shop.redeem(100).unwrap().movement;
    shop.pass_to(input["today"].as_str().unwrap());
    json!({"reinstated": shop.give_back(spent).points.is_positive()})
}

fn give_back(input: &Value) -> Value {
    let (mut purse, all) = lots(input);
    let now = noon(date(&input["today"]));
    let rows = input["lots"].as_array().unwrap();
    let spent: Vec<Lot> = all
        .iter()
        .zip(rows)
        .map(|(lot, row)| lot.of(p(row["issued"].as_i64().unwrap()).minus(lot.points)))
        .collect();
    let refund = p(input["refund_points"].as_i64().unwrap());
    let back = purse.giving_back(id(99), &spent, p(0), refund, now, |_| None);
    purse.apply(&back);
    let left = all.iter().map(|lot| {
        let mut open = purse.lots().iter();
        let found = open.find(|known| known.source == lot.source);
        let left = found.map_or(0, |lot| lot.points.get());
        json!({"id": name(input, lot.source), "avail": left})
    });
    let left: Vec<Value> = left.collect();
    json!({"lots": left, "forfeited": back.forfeited.get()})
}

/// Orders that bring points and claim a reward; the second takes from the lot of the first.
fn fifo(input: &Value) -> Value {
    let program = &input["program"];
    let number = |name: &str| program[name].as_i64().unwrap();
    let day0 = noon(date(&input["day0"]));
    let days = u32::try_from(number("expire_after_days")).unwrap();
    let expires = Expiry::days(days).of(&Zone::utc(), day0);
    let mut purse = Purse::default();
    let mut after = Vec::new();
    for (n, order) in (1..).zip(input["orders"].as_array().unwrap()) {
        // List prices carry 15 % tax, and points are given for what is paid.
        let earned = order["total_incl_tax"].as_i64().unwrap() * number("points_per_currency");
        purse.apply(&purse.earning(Lot::new(id(n), p(earned), day0).expiring(expires)));
        let cost = order["claims"].as_i64().unwrap() * number("reward_cost");
        let spent = purse
            .spending(id(90 + n), p(cost), day0, Overdraw::Refuse)
            .unwrap();
        purse.apply(&spent);
        let left = |source| {
            let mut lots = purse.lots().iter();
            lots.find(|lot| lot.source == id(source))
                .map_or(0, |lot| lot.points.get())
        };
        after.push((1..=n).map(left).collect::<Vec<i64>>());
    }
    let later = day0 + TimeDelta::days(91);
    json!({
        "lots_after_order1": after[0],
        "lots_after_order2": after[1],
        "balance_after_order2": purse.balance(day0).get(),
        "balance_on_day_91": purse.balance(later).get(),
    })
}

fn reverse(input: &Value) -> Value {
    let number = |name: &str| p(input[name].as_i64().unwrap());
    let mut purse = Purse::default();
    let now = long_ago();
    for (n, name) in [(1, "promised"), (2, "active")] {
        let pending = name == "promised";
        let lot = Lot::new(id(n), number(name), now).available((!pending).then_some(now));
        if number(name).is_positive() {
            purse.apply(&purse.earning(lot));
        }
    }
    let policy = match input["policy"].as_str() {
        Some("only_if_sufficient") => AfterSpending::OnlyIfSufficient,
        _ => AfterSpending::Block,
    };
    let back = purse
        .reversing(id(1), number("reverse"), now, false, policy)
        .unwrap();
    purse.apply(&back);
    let active = purse.available(now).get();
    if policy == AfterSpending::OnlyIfSufficient {
        let result = if back.forfeited.is_positive() {
            "insufficient"
        } else {
            "reversed"
        };
        return json!({"reversed": -back.change().get(), "active": active, "result": result});
    }
    json!({"promised": purse.pending(now).get(), "active": active})
}
