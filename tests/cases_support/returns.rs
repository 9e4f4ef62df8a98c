//! Cases of `warranty.jsonl` about returns and refunds.

use aftercare::code;
use aftercare::kernel::{Actor, BasisPoints, Currency, Money, SecretKey};
use aftercare::order::{
    Acceptance, Check, ConfirmOrder, Discount, Finding, FirstDay, InspectReturn, Item, Milestone,
    MoveReturn, OnFailure, Order, Pack, PlaceOrder, PrepareShipment, Reception, RecordPayment,
    RefundKind, RefundQuote, RefundReturn, RequestReturn, ReturnPolicy, Shipping, TrackShipment,
    WithdrawalRule, accept, choose_kind,
};
use aftercare::prelude::{
    DefineProduct, Desk, FindUnit, MemoryStore, Reaction, RegisterCustomer, Requests, Rulebook,
    RulebookSpec,
};
use aftercare::warranty::{Contract, Length, Offer, Term, TermKind, Warranty, WarrantyPolicy};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::{Value, json};

use super::case::{Case, Outcome};

pub(crate) fn run(case: &Case) -> Outcome {
    let input = case.get("input");
    let expected = case.get("expected");
    match case.kind() {
        "return_refund" => refund(input, expected),
        "refund_rounding" => rounding(input, expected),
        "return_refund_tax" => tax(input, expected),
        "return_refund_shipping" => shipping(input, expected),
        "return_refund_discounted_line" => discounted(input, expected),
        "refund_split" => split(input, expected),
        "refund_invariant" => invariant(expected),
        "return_window" => window(input, expected),
        "return_acceptance" => acceptance(input, expected),
        "reimbursement_type" => kind(input, expected),
        "withdrawal" => withdrawal(input, expected),
        "return_clears_warranty" => restocked(expected),
        _ => Outcome::missing(case.kind()),
    }
}

/// A decimal number, in units of ten to the power of minus `places`.
fn decimal(value: &Value, places: usize) -> i64 {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.as_str()),
    };
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, ""));
    assert!(rest.len() <= places, "{text} has more than {places} places");
    sign * format!("{whole}{rest:0<places$}").parse::<i64>().unwrap()
}

fn money(value: &Value) -> Money {
    Money::new(decimal(value, 2), Currency::TRY)
}

fn percent(value: &Value) -> BasisPoints {
    BasisPoints::new(u32::try_from(decimal(value, 2)).unwrap())
}

fn count(value: &Value) -> u32 {
    u32::try_from(value.as_u64().unwrap()).unwrap()
}

/// An order as it stands after it was placed and these payments were made, a day after each other.
fn placed(items: Vec<Item>, with: impl Fn(&mut PlaceOrder), payments: &[Money]) -> Order {
    let desk = Desk::new(
        MemoryStore::new(),
        Rulebook::standard(SecretKey::new([7; 16])),
    );
    let mut shop = Requests::of(Actor::System, 1);
    let mut now: DateTime<Utc> = "2026-03-02T09:00:00Z".parse().unwrap();
    let customer = desk.run(&shop.at(now), RegisterCustomer::new()).unwrap();
    let mut place = PlaceOrder::new(customer, items);
    with(&mut place);
    let order = desk.run(&shop.at(now), place).unwrap();
    for (n, amount) in payments.iter().enumerate() {
        let reference = n.to_string().parse().unwrap();
        let payment = RecordPayment::new(order, reference, code!("card"), *amount);
        desk.run(&shop.at(now), payment).unwrap();
        now += TimeDelta::days(1);
    }
    let order = desk.get(&Actor::System, order).unwrap().unwrap();
    Order::clone(&order)
}

/// A unit that was sold, delivered and put under warranty comes back, and goes into stock.
fn restocked(expected: &Value) -> Outcome {
    let maker = Term::new(code!("maker"), TermKind::Manufacturer, Length::Years(2));
    let offer = Offer::always(code!("maker"));
    let warranty = WarrantyPolicy {
        terms: vec![maker],
        offers: vec![offer],
        ..WarrantyPolicy::default()
    };
    let rulebook = RulebookSpec {
        warranty,
        reactions: vec![Reaction::start_warranty(code!("warranty"))],
        ..RulebookSpec::new()
    };
    let rulebook = rulebook.build(SecretKey::new([7; 16])).unwrap();
    let desk = Desk::new(MemoryStore::new(), rulebook);
    let mut requests = Requests::of(Actor::System, 1);
    let now: DateTime<Utc> = "2026-03-02T09:00:00Z".parse().unwrap();
    let mut shop = || requests.at(now);
    let customer = desk.run(&shop(), RegisterCustomer::new()).unwrap();
    desk.run(&shop(), DefineProduct::new(code!("x"))).unwrap();
    let price = Money::new(10_000, Currency::TRY);
    let place = PlaceOrder::new(customer, [Item::new(code!("x"), 1, price)]);
    let order = desk.run(&shop(), place).unwrap();
    desk.run(&shop(), ConfirmOrder { order }).unwrap();
    let pack = Pack::new(1, 1).with_serial(code!("S-1"));
    let parcel = PrepareShipment::of(order, [pack]);
    let parcel = desk.run(&shop(), parcel).unwrap();
    let delivered = TrackShipment::new(order, parcel, Milestone::Delivered);
    desk.run(&shop(), delivered).unwrap();
    let serial = FindUnit::new(code!("S-1"));
    let unit = || desk.ask(&Actor::System, &serial).unwrap().unwrap();
    let warranty = || {
        let id = Warranty::id_of(unit().id);
        desk.get(&Actor::System, id).unwrap().unwrap()
    };
    let last = |it: &Contract| it.starts_on.and_then(|on| it.term.lasts.last_day(on));
    let seen = || {
        let (unit, warranty) = (unit(), warranty());
        (
            unit.owned_by(),
            unit.delivered_at,
            warranty.contracts.first().and_then(last),
        )
    };
    let (owner, came, until) = seen();
    assert!(
        owner.is_some() && came.is_some() && until.is_some(),
        "it was sold"
    );
    let back = RequestReturn::new(order, code!("unwanted")).with(1, 1);
    let rma = desk.run(&shop(), back).unwrap();
    desk.run(&shop(), MoveReturn::all(rma, Reception::Received))
        .unwrap();
    desk.run(&shop(), InspectReturn::all(rma, code!("as_new")))
        .unwrap();
    desk.run(&shop(), RefundReturn::new(rma)).unwrap();
    let (customer, delivery, warranty_expiry) = seen();
    let got = json!({
        "customer": customer,
        "delivery": delivery,
        "warranty_expiry": warranty_expiry,
    });
    Outcome::compare(got, expected.clone())
}

/// The exact sum of the shares, with so many decimals, the last one rounded to the nearest.
fn exact(quote: &RefundQuote, places: usize) -> String {
    let common: i128 = quote
        .lines
        .iter()
        .map(|l| i128::from(l.share.denominator))
        .product();
    let sum: i128 = quote
        .lines
        .iter()
        .map(|line| {
            let part = i128::from(line.share.of.minor()) * i128::from(line.share.numerator);
            part * (common / i128::from(line.share.denominator))
        })
        .sum();
    let scale = 10_i128.pow(u32::try_from(places).unwrap());
    let common = common * 100;
    let rounded = (sum * scale * 2 + common) / (common * 2);
    let (whole, rest) = (rounded / scale, rounded % scale);
    match places {
        0 => whole.to_string(),
        places => format!("{whole}.{rest:0places$}"),
    }
}

/// The exact share is what is expected, and what is paid back is that, rounded down to the minor unit.
fn compare(quote: &RefundQuote, expected: &Value) -> Outcome {
    let text = match expected {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let places = text.split_once('.').map_or(0, |(_, rest)| rest.len());
    let down: String = match text.split_once('.') {
        Some((whole, rest)) => {
            let cents: String = rest.chars().take(2).collect();
            format!("{whole}.{cents}")
        }
        None => text.clone(),
    };
    let got = (exact(quote, places), quote.total);
    Outcome::compare(got, (text, money(&Value::String(down))))
}

fn refund(input: &Value, expected: &Value) -> Outcome {
    let quantity = count(&input["quantity"]);
    let items = vec![Item::new(code!("x"), quantity, money(&input["unit_price"]))];
    let adjustment = input.get("order_adjustment").map(money);
    let order = placed(
        items,
        |place| {
            let less = adjustment.map(|amount| Discount::Amount(amount.checked_neg().unwrap()));
            place.discount = less;
        },
        &[],
    );
    let pieces = [(1, count(&input["return_qty"]))];
    compare(
        &order.refund_quote(&pieces, false).unwrap(),
        &expected["refund"],
    )
}

/// Pieces worth a part of a minor unit: each is one of a hundred that together are worth whole ones.
fn rounding(input: &Value, expected: &Value) -> Outcome {
    const HUNDRED: u32 = 100;
    let items = input["items"].as_array().unwrap();
    let lines = items.iter().map(|item| {
        let all = Money::new(decimal(item, 4), Currency::TRY);
        let each = Money::new((all.minor() + 99) / 100, Currency::TRY);
        let sum = each.checked_mul(HUNDRED.into()).unwrap();
        Item::new(code!("x"), HUNDRED, each).less(sum.checked_sub(all).unwrap())
    });
    let lines: Vec<Item> = lines.collect();
    let pieces: Vec<(u32, u32)> = (1..).zip(&lines).map(|(line, _)| (line, 1)).collect();
    let order = placed(lines, |_| {}, &[]);
    let quote = order.refund_quote(&pieces, false).unwrap();
    Outcome::compare(quote.total, money(&expected["refund"]))
}

fn tax(input: &Value, expected: &Value) -> Outcome {
    let rate = BasisPoints::new(u32::try_from(decimal(&input["tax_rate"], 4)).unwrap());
    let item = Item::new(
        code!("x"),
        count(&input["quantity"]),
        money(&input["unit_price"]),
    );
    let items = vec![item.less(money(&input["discount"])).taxed(rate)];
    let is_included = input["tax_inclusive"].as_bool().unwrap();
    let order = placed(
        items,
        |place| {
            if !is_included {
                *place = place.clone().plus_tax();
            }
        },
        &[],
    );
    let pieces = [(1, count(&input["return_qty"]))];
    let quote = order.refund_quote(&pieces, false).unwrap();
    compare(&quote, &expected["refundable"])
}

fn shipping(input: &Value, expected: &Value) -> Outcome {
    let items = vec![Item::new(code!("x"), 1, Money::new(100, Currency::TRY))];
    let order = placed(
        items,
        |place| {
            place.shipping = Some(
                Shipping::new(money(&input["shipping"]))
                    .less_rate(percent(&input["shipping_discount_pct"])),
            );
        },
        &[],
    );
    let quote = order.refund_quote(&[(1, 1)], true).unwrap();
    let expected = money(&expected["refundable_shipping"]);
    Outcome::compare(quote.shipping.amount, expected)
}

fn discounted(input: &Value, expected: &Value) -> Outcome {
    let quantity = count(&input["return_qty"]).max(1);
    let item = Item::new(code!("x"), quantity, money(&input["unit_price"]));
    let items = vec![item.less_rate(percent(&input["line_discount_pct"]))];
    let quote = placed(items, |_| {}, &[]).refund_quote(&[(1, quantity)], false);
    compare(&quote.unwrap(), &expected["refund"])
}

/// The payments are given in the order in which they are refunded: the newest first.
fn split(input: &Value, expected: &Value) -> Outcome {
    let payments = input["payments"].as_array().unwrap();
    let mut amounts: Vec<Money> = payments.iter().map(|p| money(&p["can_credit"])).collect();
    amounts.reverse();
    let sum = Money::sum(Currency::TRY, amounts.iter().copied()).unwrap();
    let order = placed(vec![Item::new(code!("x"), 1, sum)], |_| {}, &amounts);
    let refunds = order.split_refund(money(&input["to_refund"]));
    let got: Vec<(Value, Money)> = refunds
        .into_iter()
        .map(|(number, amount)| {
            let place = payments.len() - usize::try_from(number).unwrap();
            (payments[place]["id"].clone(), amount)
        })
        .collect();
    let expected = expected["refunds"].as_array().unwrap().iter();
    let expected = expected.map(|refund| (refund["id"].clone(), money(&refund["amount"])));
    Outcome::compare(got, expected.collect())
}

/// One order, returned piece by piece in every order of its pieces.
fn invariant(expected: &Value) -> Outcome {
    let says = [&expected["sum_of_refunds"], &expected["full_return"]];
    if says
        != [
            &Value::from("<= amount paid"),
            &Value::from("== amount paid"),
        ]
    {
        return Outcome::missing("another invariant");
    }
    let items = || {
        vec![
            Item::new(code!("x"), 2, Money::new(33_35, Currency::TRY)),
            Item::new(code!("y"), 3, Money::new(10_00, Currency::TRY)),
        ]
    };
    let discount = Some(Discount::Amount(Money::new(7_77, Currency::TRY)));
    let order = placed(items(), |place| place.discount = discount, &[]);
    let whole = order.refund_quote(&[(1, 2), (2, 3)], false).unwrap();
    if whole.total != order.total {
        return Outcome::compare(whole.total, order.total);
    }
    for first in [1, 2] {
        let other = 3 - first;
        let quote = |line, quantity| {
            let quote = order.refund_quote(&[(line, quantity)], false).unwrap();
            quote.total.minor()
        };
        let sum = quote(first, 1) + quote(other, 1);
        if sum > order.total.minor() {
            return Outcome::compare(sum, order.total.minor());
        }
    }
    Outcome::Passed
}

fn window(input: &Value, expected: &Value) -> Outcome {
    // The source counts elapsed days and asks for strictly fewer than the window: the day of delivery is the first.
    let policy = ReturnPolicy {
        window_days: count(&input["window_days"]),
        first_day: FirstDay::DayOfDelivery,
        ..ReturnPolicy::default()
    };
    let delivered: NaiveDate = "2026-03-02".parse().unwrap();
    let days = input["days_since_completion"].as_i64().unwrap();
    let today = delivered + TimeDelta::days(days);
    let is_open = policy.last_day(delivered).is_some_and(|last| today <= last);
    Outcome::compare(Some(is_open), expected["eligible"].as_bool())
}

fn acceptance(input: &Value, expected: &Value) -> Outcome {
    if input["event"] != "attempt_accept" || input["from"] != "pending" {
        return Outcome::missing("another step");
    }
    let is_manual = input
        .get("manual")
        .and_then(Value::as_bool)
        .unwrap_or(false);
    let finding = Finding {
        check: Check::Condition,
        line: 1,
        passed: input["eligible"].as_bool().unwrap(),
        on_failure: match is_manual {
            true => OnFailure::Manual,
            false => OnFailure::Reject,
        },
        fact: None,
    };
    let got = match accept(&[finding]) {
        Acceptance::Pending => "pending",
        Acceptance::Accepted => "accepted",
        Acceptance::Manual => "manual_intervention_required",
        Acceptance::Rejected => "rejected",
    };
    Outcome::compare(Some(got), expected["to"].as_str())
}

fn word(kind: RefundKind) -> &'static str {
    match kind {
        RefundKind::Exchange => "exchange",
        RefundKind::Original => "original_payment",
        RefundKind::StoreCredit => "store_credit",
    }
}

fn kind(input: &Value, expected: &Value) -> Outcome {
    let kinds = [
        RefundKind::Exchange,
        RefundKind::Original,
        RefundKind::StoreCredit,
    ];
    let named = |field: &str| {
        let text = input.get(field).and_then(Value::as_str)?;
        kinds.into_iter().find(|kind| word(*kind) == text)
    };
    let is_exchange = input.get("exchange").and_then(Value::as_bool) == Some(true);
    let days = input.get("days_since_shipment").and_then(Value::as_i64);
    let limit = input.get("limit").and_then(Value::as_i64);
    let is_too_late = days.zip(limit).is_some_and(|(days, limit)| days > limit);
    let (by_staff, preference) = (named("override"), named("preferred"));
    let choice = choose_kind(is_exchange, by_staff, preference, |_| true, is_too_late);
    let got = choice.map(|choice| word(choice.kind).to_owned());
    Outcome::answer(
        got,
        expected["type"].as_str().unwrap_or_default().to_owned(),
    )
}

fn withdrawal(input: &Value, expected: &Value) -> Outcome {
    let date = |field: &str| -> Option<NaiveDate> {
        input.get(field).and_then(Value::as_str)?.parse().ok()
    };
    let Some(delivered) = date("delivered") else {
        return Outcome::missing("a withdrawal from something that is not delivered");
    };
    let contract = date("contract").or(date("ordered")).unwrap_or(delivered);
    let known = WithdrawalRule::known();
    let mut rules = known.iter();
    let place = input["jurisdiction"].as_str().unwrap();
    let Some(rule) = rules.find(|r| r.jurisdiction == *place && r.holds_on(contract)) else {
        return Outcome::missing(format!("a right of withdrawal in {place}"));
    };
    let last = rule
        .last_day(contract, delivered)
        .map(|day| day.to_string());
    Outcome::compare(last.as_deref(), expected["last_day"].as_str())
}
