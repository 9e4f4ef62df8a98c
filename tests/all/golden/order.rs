//! Orders and returns.

use std::collections::{BTreeMap, BTreeSet};

use aftercare::code;
use aftercare::kernel::{BasisPoints, ContentId, Effect, OrderId};
use aftercare::order::{
    Acceptance, CancelledBy, Charge, Check, Discount, Due, Estimate, Finding, Item, Milestone,
    Notice, OnFailure, Order, OrderEvent, Payment, PiecesCancelled, Placement, Pricing, Promise,
    Reception, RefundChoice, RefundKind, Return, ReturnEvent, ReturnPolicy, ReturnRequest,
    ReturnUnit, Right, Settlement, Shipment, Shipping, TaxBasis, Touches,
};

use super::values::{AYSE, MESSAGE, ORDER, POINT, RETURN, UNIT, at, date, lira, stamp};
use super::{golden, golden_enum};

fn pricing() -> Pricing {
    let twenty = BasisPoints::from_percent(20);
    let items = [
        Item::new(code!("KB-24"), 1, lira(9_000_00))
            .less_rate(BasisPoints::from_percent(10))
            .taxed(twenty),
        Item::new(code!("cup"), 2, lira(50_00))
            .less(lira(10_00))
            .as_final_sale(),
        Item::new(code!("bag"), 1, lira(1_00)),
    ];
    let shipping = Shipping::new(lira(60_00)).taxed(twenty);
    let discount = Some(Discount::Amount(lira(100_00)));
    Pricing::of(&items, discount, Some(&shipping), TaxBasis::Added).unwrap()
}

fn shipment() -> Shipment {
    Shipment {
        number: 1,
        items: vec![(1, 1), (2, 2)],
        units: vec![(1, UNIT)],
        carrier: Some(code!("kargo")),
        tracking: Some(code!("K-1")),
        prepared_at: at(10, 0),
        marks: BTreeMap::new(),
        said_delivered: BTreeSet::new(),
        estimate: None,
    }
}

fn order_events() -> Vec<OrderEvent> {
    let reason = || code!("supplier");
    let tracked = |milestone| OrderEvent::Tracked {
        shipment: 1,
        milestone,
        at: at(11, 0),
    };
    let notice = Notice::Rescheduled;
    let bare = Shipment {
        number: 2,
        items: vec![(3, 1)],
        units: Vec::new(),
        carrier: None,
        tracking: None,
        ..shipment()
    };
    let mut events = vec![
        OrderEvent::Placed(Box::new(Placement {
            customer: AYSE,
            reference: Some(code!("W-1001")),
            channel: Some(code!("web")),
            pricing: pricing(),
            zone: "+03:00".parse().unwrap(),
            address: Some(POINT),
            promise: Some(Promise::by_day(date("2026-03-06"))),
            line_promises: vec![(1, Promise::between(at(12, 0), at(14, 0)))],
            look_at: Some(at(13, 0)),
        })),
        OrderEvent::Placed(Box::new(Placement {
            customer: AYSE,
            reference: None,
            channel: None,
            pricing: pricing(),
            zone: "UTC".parse().unwrap(),
            address: None,
            promise: None,
            line_promises: Vec::new(),
            look_at: None,
        })),
        OrderEvent::Confirmed,
        OrderEvent::Paid(Payment {
            reference: code!("p-1"),
            method: code!("card"),
            amount: lira(8_000_00),
            at: at(9, 30),
            refunded: lira(0),
        }),
        OrderEvent::Personalised(Touches {
            packaging: Some(code!("gift_wrap")),
            note: Some(ContentId::from_u128(0xc1)),
            thank_you: true,
        }),
        OrderEvent::Promised {
            line: None,
            promise: Promise {
                from: Some(Due::On(date("2026-03-07"))),
                by: Due::On(date("2026-03-08")),
            },
            reason: Some(reason()),
            look_at: Some(at(14, 0)),
        },
        OrderEvent::Promised {
            line: Some(2),
            promise: Promise::by(at(15, 0)),
            reason: None,
            look_at: None,
        },
        OrderEvent::LookedAt {
            look_at: Some(at(15, 0)),
        },
        OrderEvent::LookedAt { look_at: None },
        OrderEvent::Overdue {
            since: Some(at(15, 0)),
        },
        OrderEvent::Overdue { since: None },
        OrderEvent::Prepared(Box::new(shipment())),
        OrderEvent::Prepared(Box::new(bare)),
        OrderEvent::Estimated {
            shipment: 1,
            estimate: Estimate {
                said_at: at(11, 0),
                at: at(16, 0),
            },
        },
        OrderEvent::Delivered { at: at(12, 0) },
        OrderEvent::CustomerTold {
            notice,
            message: MESSAGE,
        },
        OrderEvent::CustomerNotTold {
            notice,
            why: code!("customer.no_contact"),
        },
    ];
    let lines = || vec![(1, 1), (2, 1)];
    events.extend([
        OrderEvent::ReturnAnnounced {
            of: RETURN,
            lines: lines(),
            units: vec![UNIT],
        },
        OrderEvent::ReturnReleased {
            of: RETURN,
            lines: vec![(2, 1)],
            units: Vec::new(),
        },
        OrderEvent::Settled(Box::new(settlement())),
        OrderEvent::PaidOut {
            amount: lira(50),
            refunds: vec![(1, lira(50))],
        },
        OrderEvent::Reacted {
            reaction: code!("survey"),
            effect: Effect::Done {
                what: code!("told"),
            },
        },
        OrderEvent::Reacted {
            reaction: code!("survey"),
            effect: Effect::Skipped {
                why: code!("customer.no_contact"),
            },
        },
    ]);
    events.extend(Milestone::ALL.iter().copied().map(tracked));
    events.extend([
        OrderEvent::Cancelled {
            by: CancelledBy::Business,
            reason: reason(),
            fee: lira(100),
            refunds: vec![(1, lira(7_900_00))],
        },
        OrderEvent::Cancelled {
            by: CancelledBy::Customer,
            reason: reason(),
            fee: lira(0),
            refunds: Vec::new(),
        },
        OrderEvent::Changed(Box::new(pricing())),
    ]);
    events
}

/// Pieces that were called off.
fn called_off() -> [OrderEvent; 2] {
    [
        OrderEvent::PiecesCancelled(Box::new(PiecesCancelled {
            by: CancelledBy::Customer,
            reason: code!("supplier"),
            lines: vec![(1, 1, charge(9_000_00, 1_500_00))],
            shipping: charge(60_00, 10_00),
            fee: lira(100),
            refunds: vec![(1, lira(7_900_00))],
        })),
        OrderEvent::PiecesCancelled(Box::new(PiecesCancelled {
            by: CancelledBy::Business,
            reason: code!("supplier"),
            lines: vec![(2, 3, charge(0, 0))],
            shipping: charge(0, 0),
            fee: lira(0),
            refunds: Vec::new(),
        })),
    ]
}

#[test]
fn order_events_stay() {
    let events: Vec<_> = order_events().into_iter().chain(called_off()).collect();
    golden_enum("order_event", &events);
}

fn charge(amount: i64, tax: i64) -> Charge {
    let (amount, tax) = (lira(amount), lira(tax));
    Charge { amount, tax }
}

fn settlement() -> Settlement {
    Settlement {
        of: RETURN,
        kind: RefundKind::Original,
        lines: vec![(1, 1, charge(9_000_00, 1_500_00))],
        shipping: charge(60_00, 10_00),
        kept: lira(900_00),
        refunded: lira(8_160_00),
        payments: vec![(1, lira(8_000_00))],
    }
}

pub fn return_events() -> Vec<ReturnEvent> {
    let finding = |passed| Finding {
        check: Check::Window,
        line: 1,
        passed,
        on_failure: OnFailure::Manual,
        fact: Some(code!("2026-03-16")),
    };
    let settled = |kind, exchange| ReturnEvent::Settled {
        units: vec![1],
        choice: RefundChoice {
            kind,
            why: code!("preference"),
        },
        refunded: lira(8_160_00),
        exchange,
    };
    vec![
        ReturnEvent::Announced(Box::new(ReturnRequest {
            order: ORDER,
            customer: AYSE,
            right: Right::Policy,
            reason: code!("unwanted"),
            preference: Some(RefundKind::StoreCredit),
            pieces: vec![
                (1, Some(UNIT), Acceptance::Pending),
                (2, None, Acceptance::Manual),
            ],
            findings: vec![finding(true), finding(false)],
            expires_at: Some(at(18, 0)),
        })),
        ReturnEvent::Announced(Box::new(ReturnRequest {
            order: ORDER,
            customer: AYSE,
            right: Right::Withdrawal(code!("EU")),
            reason: code!("unwanted"),
            preference: None,
            pieces: vec![(1, None, Acceptance::Accepted)],
            findings: Vec::new(),
            expires_at: None,
        })),
        ReturnEvent::Moved {
            units: vec![1],
            to: Reception::Received,
        },
        ReturnEvent::Identified {
            pieces: vec![(2, UNIT)],
        },
        ReturnEvent::CameInSurplus {
            pieces: vec![ReturnUnit {
                number: 3,
                line: 2,
                unit: None,
                reception: Reception::Received,
                acceptance: Acceptance::Manual,
                condition: None,
                decided: false,
                settled: false,
            }],
        },
        ReturnEvent::Inspected {
            units: vec![1],
            condition: code!("as_new"),
            acceptance: Acceptance::Accepted,
        },
        ReturnEvent::Decided {
            units: vec![2],
            acceptance: Acceptance::Rejected,
            reason: code!("worn"),
        },
        settled(RefundKind::Exchange, Some(OrderId::from_u128(0x0e))),
        settled(RefundKind::Original, None),
    ]
}

#[test]
fn return_events_stay() {
    golden_enum("return_event", &return_events());
}

pub fn returns() -> Vec<Return> {
    let events = return_events();
    let bare = Return::begin(RETURN, &events[1], &stamp(9, 0)).unwrap();
    let mut full = Return::begin(RETURN, &events[0], &stamp(9, 0)).unwrap();
    for event in &events[2..] {
        full.apply(event, &stamp(10, 0));
    }
    vec![bare, full]
}

pub fn orders() -> Vec<Order> {
    let events = order_events();
    let bare = Order::begin(ORDER, &events[1], &stamp(9, 0)).unwrap();
    let mut full = Order::begin(ORDER, &events[0], &stamp(9, 0)).unwrap();
    for event in &events[2..events.len() - 2] {
        full.apply(event, &stamp(10, 0));
    }
    (full.look_at, full.overdue_since) = (Some(at(17, 0)), Some(at(16, 0)));
    let mut in_part = Order::begin(ORDER, &events[0], &stamp(9, 0)).unwrap();
    for event in events[2..4].iter().chain(&called_off()) {
        in_part.apply(event, &stamp(10, 0));
    }
    let settled = OrderEvent::Settled(Box::new(settlement()));
    in_part.apply(&settled, &stamp(11, 0));
    in_part.lines[0].cancelled.came_back = 1;
    vec![bare, full, in_part]
}

#[test]
fn return_policies_stay() {
    let policy = ReturnPolicy {
        most_pieces: Some(5),
        original_for_days: Some(90),
        return_shipping: Some(lira(25_00)),
        withdrawal_by_zone: [("UTC".to_owned(), code!("EU"))].into(),
        withdrawal_elsewhere: Some(code!("TR")),
        not_at_distance: [code!("shop")].into(),
        ..ReturnPolicy::default()
    };
    golden("return_policy", &[policy]);
}
