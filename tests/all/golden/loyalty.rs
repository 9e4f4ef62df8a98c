//! One of every stored shape of loyalty points.

use std::collections::BTreeMap;

use aftercare::code;
use aftercare::kernel::{
    AccountId, BasisPoints, By, Currency, CustomerId, Effect, HoldId, MessageId, Money, MovementId,
    PlanId, RequestId, Rounding, Stamp, UnitId,
};
use aftercare::loyalty::*;
use chrono::NaiveDate;

use super::values::at;
use super::{golden, golden_enum};

pub const CUSTOMER: CustomerId = CustomerId::from_u128(0xa1);
const MOVEMENT: MovementId = MovementId::from_u128(0x30fe);
const HOLD: HoldId = HoldId::from_u128(0x401d);
const OTHER: AccountId = AccountId::from_u128(0x07e4);

pub fn account_id() -> AccountId {
    Account::id_of(CUSTOMER, &code!("club"))
}

fn on(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

const fn tl(minor: i64) -> Money {
    Money::new(minor, Currency::TRY)
}

const fn p(points: i64) -> Points {
    Points::new(points)
}

fn lot() -> Lot {
    Lot::new(MOVEMENT, p(100), at(9, 0)).expiring(Some(at(20, 0)))
}

fn posted(posting: Posting) -> AccountEvent {
    AccountEvent::Posted(Box::new(Posted {
        source: Some(Source::order(code!("o-1"))),
        shares: [RuleShare {
            rule: code!("each_lira"),
            points: p(100),
            multipliers: vec![code!("double")],
            capped: p(5),
            counted_on: Some(on("2026-03-02")),
        }]
        .into(),
        reward: Some(code!("cup")),
        worth: Some(tl(1_000)),
        tell_days: Some(14),
        watched: true,
        ..Posted::new(code!("points"), posting)
    }))
}

/// A posting of each kind, from what a purse says.
fn postings() -> Vec<Posting> {
    let mut purse = Purse::default();
    let mut all = Vec::new();
    let mut take = |purse: &mut Purse, posting: Posting| {
        purse.apply(&posting);
        all.push(posting);
    };
    let earning = purse.earning(lot());
    take(&mut purse, earning);
    let pending = purse.inflow(
        PostingKind::Adjusted,
        MovementId::from_u128(2),
        [Lot::new(MovementId::from_u128(2), p(10), at(9, 0)).available(None)],
    );
    take(&mut purse, pending);
    let released = purse.releasing(MovementId::from_u128(2), at(9, 1), at(9, 0));
    take(&mut purse, released.unwrap());
    let held = purse.holding(HOLD, p(30), at(9, 2), at(10, 0)).unwrap();
    take(&mut purse, held.clone());
    let captured = purse.capturing(MovementId::from_u128(3), HOLD, Some(p(20)));
    take(&mut purse, captured.unwrap());
    take(&mut purse, held);
    let back = purse.letting_go(HOLD, true).unwrap();
    take(&mut purse, back);
    let spent = MovementId::from_u128(4);
    let spending = purse
        .spending(spent, p(95), at(9, 3), Overdraw::Owe)
        .unwrap();
    take(&mut purse, spending.clone());
    let given = purse.giving_back(spent, &spending.taken, p(0), p(90), at(9, 4), |_| None);
    take(&mut purse, given);
    let late = purse.giving_back(spent, &spending.taken, p(0), p(10), at(21, 0), |_| None);
    all.push(late);
    for policy in [AfterSpending::Debt, AfterSpending::ChargeMoney] {
        let reversed = purse.reversing(MOVEMENT, p(100), at(9, 5), false, policy);
        all.push(reversed.unwrap());
    }
    all.push(purse.extending(at(22, 0), at(9, 6)).unwrap());
    all.push(purse.expiry(at(20, 0)).unwrap());
    let lots = [lot().of(p(3))];
    for kind in [
        PostingKind::Reinstated,
        PostingKind::Received { from: OTHER },
    ] {
        all.push(purse.inflow(kind, MOVEMENT, lots));
    }
    all.push(purse.emptying(PostingKind::Sent { to: OTHER }, MOVEMENT));
    all
}

fn tier_set(why: TierReason) -> AccountEvent {
    AccountEvent::TierSet {
        from: None,
        to: Some(code!("silver")),
        since: at(9, 0),
        until: Some(at(21, 0)),
        why,
    }
}

fn findings() -> Vec<Finding> {
    vec![
        Finding::EarningVelocity {
            count: 3,
            since: at(9, 0),
        },
        Finding::SpendingVelocity {
            count: 3,
            since: at(9, 0),
        },
        Finding::ReversalPattern {
            reversals: 2,
            earnings: 3,
        },
        Finding::SelfReferral { referred: CUSTOMER },
    ]
}

fn reasons() -> Vec<TierReason> {
    vec![
        TierReason::Reached,
        TierReason::PeriodOver,
        TierReason::RealTime,
        TierReason::ByHand(code!("match")),
        TierReason::Merged,
    ]
}

pub fn opened() -> AccountEvent {
    AccountEvent::Opened {
        customer: CUSTOMER,
        programme: code!("club"),
        on: on("2026-03-02"),
    }
}

fn life() -> Vec<AccountEvent> {
    let mut events = vec![opened()];
    events.extend(postings().into_iter().take(6).map(posted));
    events.push(AccountEvent::Progressed {
        on: on("2026-01-01"),
        amount: 100_00,
        keep_from: on("2024-01-01"),
    });
    events.extend(reasons().into_iter().map(tier_set));
    events.push(AccountEvent::Told {
        points: code!("points"),
        count: p(10),
        until: at(12, 0),
    });
    events.push(AccountEvent::NotTold {
        purpose: code!("loyalty.tier"),
        why: code!("customer.no_contact"),
    });
    events.extend(findings().into_iter().map(AccountEvent::Flagged));
    events.push(AccountEvent::Reacted {
        reaction: code!("welcome"),
        effect: Effect::Skipped {
            why: code!("loyalty.not_running"),
        },
    });
    events.push(AccountEvent::PoolGrew {
        member: OTHER,
        counts: Vec::new(),
        rewards: BTreeMap::new(),
    });
    events.push(AccountEvent::PoolGrew {
        member: AccountId::from_u128(11),
        counts: vec![RuleCount {
            rule: code!("review"),
            on: on("2026-03-01"),
            that_day: p(5),
            ever: p(25),
        }],
        rewards: BTreeMap::from([(code!("cup"), 1)]),
    });
    events
}

fn full() -> Account {
    let stamp = Stamp {
        at: at(9, 0),
        request: RequestId::from_u128(0x4e9),
        by: By::System,
    };
    let mut account = Account::begin(account_id(), &opened(), &stamp).unwrap();
    for event in life() {
        account.apply(&event, &stamp);
    }
    account
}

fn absorbed() -> Absorbed {
    let account = full();
    let points = code!("points");
    Absorbed {
        account: OTHER,
        earlier: vec![AccountId::from_u128(9)],
        pockets: vec![Pocket {
            purse: account.purse(&points).clone(),
            totals: account.totals(&points),
            tell_days: Some(14),
            told_until: Some(at(12, 0)),
            points,
        }],
        progress: account.progress.clone(),
        counts: account.counts.clone(),
        rewards: BTreeMap::from([(code!("cup"), 2)]),
        earnings: 3,
        reversals: 1,
        pooled: vec![AccountId::from_u128(10)],
        left_pools: vec![AccountId::from_u128(12)],
        earned_lately: account.earned_lately.clone(),
        spent_lately: account.spent_lately.clone(),
        flagged: account.flagged.clone(),
        granted: account.granted.clone(),
    }
}

pub fn events() -> Vec<AccountEvent> {
    let mut events = life();
    events.extend([
        AccountEvent::Absorbed(Box::new(absorbed())),
        AccountEvent::PoolShrank { member: OTHER },
        AccountEvent::JoinedPool { head: OTHER },
        AccountEvent::LeftPool { head: OTHER },
        AccountEvent::MergedInto { account: OTHER },
        AccountEvent::Posted(Box::new(Posted {
            counted_before: true,
            ..Posted::new(code!("points"), Purse::default().earning(lot()))
        })),
        AccountEvent::PocketsWent { to: OTHER },
        AccountEvent::PocketsCame {
            from: OTHER,
            pockets: absorbed().pockets,
        },
    ]);
    events
}

pub fn accounts() -> Vec<Account> {
    let stamp = Stamp {
        at: at(9, 0),
        request: RequestId::from_u128(0x4e9),
        by: By::System,
    };
    let bare = Account::begin(account_id(), &opened(), &stamp).unwrap();
    let mut merged = full();
    for event in events() {
        merged.apply(&event, &stamp);
    }
    vec![full(), bare, merged]
}

fn movement_kinds() -> Vec<MovementKind> {
    vec![
        MovementKind::Earning {
            parts: [Part {
                points: code!("points"),
                earned: p(100),
                reversed: p(10),
                forfeited: p(0),
                charged: p(0),
                expires_at: Some(at(20, 0)),
            }]
            .into(),
            eligible: 100_00,
            lines: [60_00, 30_00].into_iter().collect(),
            products: [code!("tea"), code!("cup")].into_iter().collect(),
            returned: 10_00,
            progress: 100_00,
            counted_on: on("2026-01-01"),
            spend: None,
        },
        MovementKind::Earning {
            parts: [Part {
                points: code!("points"),
                earned: p(100),
                reversed: p(10),
                forfeited: p(6),
                charged: p(4),
                expires_at: Some(at(20, 0)),
            }]
            .into(),
            eligible: 100_00,
            lines: [100_00, 0].into_iter().collect(),
            products: [code!("tea"), code!("cup")].into_iter().collect(),
            returned: 10_00,
            progress: 150_00,
            counted_on: on("2026-01-01"),
            spend: Some(Box::new(Spend {
                total: 150_00,
                lines: [100_00, 50_00].into_iter().collect(),
                returned: 20_00,
            })),
        },
        MovementKind::Spending {
            points: code!("points"),
            taken: [lot()].into(),
            given_back: p(10),
            worth: Some(tl(10_00)),
            reward: Some(code!("cup")),
            brought: Some(Brought::Plan(PlanId::from_u128(0x97a2))),
            ticket: Some(MessageId::from_u128(0x71c3)),
        },
        MovementKind::Reinstatement,
    ]
}

pub fn movements() -> Vec<Movement> {
    let movement = |kind| Movement {
        account: account_id(),
        customer: CUSTOMER,
        programme: code!("club"),
        revision: 1,
        at: at(9, 0),
        source: Some(Source::order(code!("o-1"))),
        kind,
    };
    movement_kinds().into_iter().map(movement).collect()
}

pub const fn tally() -> Tally {
    Tally { used: 7 }
}

/// A programme with a value in every field.
pub fn programme() -> ProgrammeSpec {
    let points = || code!("points");
    let when = Conditions {
        products: [code!("tea")].into(),
        categories: [code!("food")].into(),
        channels: [code!("web")].into(),
        tiers: [code!("silver")].into(),
        from: Some(on("2026-01-01")),
        to: Some(on("2026-12-31")),
    };
    let caps = Caps {
        per_order: Some(p(10)),
        per_day: Some(p(20)),
        per_member: Some(p(30)),
    };
    let expiry = Expiry::After {
        span: Span::Months(12),
        round: Round::EndOf(Unit::Month),
    };
    let policy = PointsPolicy {
        vesting: Vesting::After(Span::Days(14)),
        reinstatement: Some(Reinstatement {
            within_days: 10,
            for_days: 30,
        }),
        transferable: true,
        may_owe: true,
        budget: Some(p(1_000_000)),
        ..PointsPolicy::worth(Worth::minor(10))
    };
    let velocity = Velocity {
        most: 5,
        within_ms: 60_000,
        refuse: true,
    };
    let mut reward = Reward::new(RewardKind::Voucher(tl(50_00)), points(), p(500));
    reward.stock = Some(100);
    reward.per_member = Some(1);
    let mut spec = ProgrammeSpec::new(code!("club"), "UTC", Currency::TRY)
        .with_points(points(), policy.expiring(expiry).telling(14))
        .with_rule(
            EarnRule::per_amount(code!("each_lira"), points(), 1, 100)
                .when(when.clone())
                .capped(caps),
        )
        .with_multiplier(Multiplier::percent(code!("double"), 200, when))
        .with_tiers(TierScheme::new(
            QualifyBy::Points(points()),
            Window::RollingMonths(12),
            [(code!("silver"), 100)],
        ))
        .with_reward(code!("voucher"), reward);
    spec.rules[0].rounding = Rounding::HalfUp;
    spec.multipliers[0].factor = BasisPoints::new(15_000);
    spec.from = Some(on("2026-01-01"));
    spec.to = Some(on("2030-12-31"));
    spec.guards = Guards {
        earning: Some(velocity),
        spending: Some(velocity),
        reversals: Some(ReversalPattern {
            at_least: 3,
            percent: 50,
        }),
    };
    spec
}

#[test]
fn loyalty_stays() {
    golden_enum("account_event", &events());
    golden("posting", &postings());
    let kinds: Vec<PostingKind> = postings().iter().map(|posting| posting.kind).collect();
    golden_enum("posting_kind", &kinds);
    golden_enum("loyalty_finding", &findings());
    golden_enum("tier_reason", &reasons());
    golden_enum("movement_kind", &movement_kinds());
    golden_enum(
        "brought",
        &[
            Brought::Plan(PlanId::from_u128(0x97a2)),
            Brought::Contract {
                unit: UnitId::from_u128(0x41),
                term: code!("care"),
            },
            Brought::Seat(code!("gala")),
        ],
    );
    Programme::try_new(programme()).unwrap();
    golden("programme", &[programme()]);
}

#[test]
fn words_of_programmes_stay() {
    let span = Span::Days(1);
    golden_enum(
        "expiry",
        &[Expiry::Never, Expiry::days(1), Expiry::On(on("2026-12-31"))],
    );
    golden_enum(
        "vesting",
        &[Vesting::AtOnce, Vesting::After(span), Vesting::OnRelease],
    );
    golden_enum("span", &[span, Span::Months(1)]);
    let unit = Unit::Year;
    golden_enum(
        "round",
        &[Round::Exactly, Round::StartOf(unit), Round::EndOf(unit)],
    );
    let action = Trigger::Action(code!("review"));
    golden_enum("earn_trigger", &[Trigger::Purchase, action]);
    let per_amount = Grant::PerAmount {
        points: 1,
        minor: 100,
    };
    golden_enum("grant", &[per_amount, Grant::PerUnit(1), Grant::Fixed(1)]);
    let by = QualifyBy::Points(code!("status"));
    golden_enum("qualify_by", &[QualifyBy::Spend, by]);
    golden_enum(
        "tier_window",
        &[
            Window::CalendarYear,
            Window::RollingMonths(12),
            Window::MembershipYear,
            Window::Lifetime,
        ],
    );
    golden_enum(
        "reward_kind",
        &[
            RewardKind::Discount(tl(1)),
            RewardKind::Off {
                rate: BasisPoints::from_percent(10),
                at_most: Some(tl(9_00)),
                of: Conditions {
                    categories: [code!("food")].into(),
                    ..Conditions::default()
                },
                cheapest: true,
            },
            RewardKind::Product(code!("cup")),
            RewardKind::Voucher(tl(1)),
            RewardKind::Service(code!("check")),
            RewardKind::WarrantyExtension {
                months: 12,
                term: Some(code!("care")),
            },
            RewardKind::WarrantyExtension {
                months: 12,
                term: None,
            },
            RewardKind::Event(code!("gala")),
        ],
    );
}
