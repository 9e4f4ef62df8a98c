//! Warranties and claims as they are stored.

use aftercare::code;
use aftercare::kernel::{
    BasisPoints, By, Currency, CustomerId, Effect, Money, RequestId, Stamp, UnitId,
    WarrantyClaimId, WarrantyId,
};
use aftercare::warranty::{
    AtDelivery, Benefit, Clause, Condition, Contract, Costs, Dates, Diagnosis, Due, Evidence,
    Exclusion, Extends, Fault, Filing, Flag, Grant, Ground, History, Item, Length, ProRata,
    Recoverable, RegimeRef, Remedy, RepairReport, Scope, Spell, StartBasis, Term, TermKind,
    Verdict, Warranty, WarrantyClaim, WarrantyClaimEvent, WarrantyEvent,
};
use chrono::NaiveDate;

use super::golden_enum;
use super::values::at;

const UNIT: UnitId = UnitId::from_u128(0x0417);
pub const WARRANTY: WarrantyId = WarrantyId::from_u128(0x0417);
pub const CLAIM: WarrantyClaimId = WarrantyClaimId::from_u128(0xc1a1);
const BUYER: CustomerId = CustomerId::from_u128(0xa1);

fn on(date: &str) -> NaiveDate {
    date.parse().unwrap()
}

fn lira(minor: i64) -> Money {
    Money::new(minor, Currency::TRY)
}

fn stamp() -> Stamp {
    Stamp {
        at: at(9, 0),
        request: RequestId::from_u128(0x4e9),
        by: By::System,
    }
}

fn regime() -> RegimeRef {
    RegimeRef {
        name: code!("tr.consumer"),
        revision: 2,
    }
}

fn dates() -> Dates {
    Dates {
        purchased_on: Some(on("2026-03-01")),
        delivered_on: [on("2026-03-02")].into(),
        installed_on: Some(on("2026-03-03")),
        first_used_on: Some(on("2026-03-04")),
        made_on: Some(on("2025-12-01")),
    }
}

fn full_contract() -> Contract {
    let benefit = Benefit {
        share: BasisPoints::from_percent(50),
        lasts: Some(Length::Months(6)),
    };
    let clause = Clause::everything(code!("cold"))
        .of_component(code!("pump"))
        .of_cause(code!("material"))
        .paying(Item::Labour, benefit);
    let mut term = Term::new(code!("maker"), TermKind::Manufacturer, Length::Years(2))
        .starting(&[StartBasis::Installation, StartBasis::Delivery])
        .covering([clause])
        .excluding_cause(code!("misuse"))
        .up_to_usage(code!("h"), 5_000)
        .registered_within(30)
        .with_deductible(lira(500))
        .not_transferable();
    term.proof_needed = true;
    term.excludes.push(Exclusion {
        name: code!("wear"),
        scope: Scope::default(),
        items: [Item::Parts].into(),
    });
    term.pro_rata = vec![ProRata {
        after_months: 12,
        share: BasisPoints::from_percent(50),
    }];
    let mut contract = Contract::new(term, &dates()).extended_by(Extends {
        days_in_repair: true,
        return_day_counts: true,
        months_once: Some(12),
        while_open: true,
        recheck_days: Some(60),
    });
    contract.regime = Some(regime());
    contract.at_delivery = Some(AtDelivery {
        presumed_months: 12,
        decides: true,
    });
    contract.reference = Some(code!("C-1"));
    contract
}

fn fault() -> Fault {
    Fault {
        claim: CLAIM,
        on: on("2026-03-05"),
        component: Some(code!("pump")),
        code: Some(code!("leaks")),
        done: None,
        dropped: false,
        of_replaced: false,
        of_past_sale: false,
    }
}

fn work() -> WarrantyEvent {
    let term = Term::new(code!("work"), TermKind::Work, Length::Months(3));
    WarrantyEvent::Pinned(Box::new(Contract::new(term, &dates()).dated_apart()))
}

fn warranty_events() -> Vec<WarrantyEvent> {
    let mut spell = Spell::new(on("2026-03-05"), None);
    spell.component = Some(code!("pump"));
    let bare = Term::new(code!("life"), TermKind::Retailer, Length::Lifetime);
    vec![
        WarrantyEvent::Began {
            sold_to: Some(BUYER),
            price: Some(lira(1_000_000)),
            regime: Some(regime()),
            dates: dates(),
        },
        WarrantyEvent::Began {
            sold_to: None,
            price: None,
            regime: None,
            dates: Dates::default(),
        },
        WarrantyEvent::Pinned(Box::new(full_contract())),
        WarrantyEvent::Pinned(Box::new(Contract::new(bare, &dates()))),
        WarrantyEvent::Dated(dates()),
        WarrantyEvent::Cancelled {
            term: code!("life"),
            on: on("2026-04-01"),
        },
        WarrantyEvent::Faulty(fault()),
        WarrantyEvent::RepairBegan {
            claim: CLAIM,
            spell,
        },
        WarrantyEvent::RepairGivenUp {
            claim: CLAIM,
            on: on("2026-03-07"),
        },
        WarrantyEvent::RepairEnded {
            claim: CLAIM,
            on: on("2026-03-15"),
        },
        WarrantyEvent::Settled {
            claim: CLAIM,
            done: Some(Remedy::Repair),
        },
        WarrantyEvent::EndsSoon {
            term: code!("maker"),
            last_day: on("2028-03-13"),
        },
        WarrantyEvent::LooksAt { at: Some(at(9, 0)) },
        WarrantyEvent::TakenBack,
    ]
}

fn filing() -> Filing {
    Filing {
        customer: BUYER,
        unit: Some(UNIT),
        serial: Some(code!("TR-1")),
        product: Some(code!("NF-500")),
        delivered_at: Some(at(8, 0)),
        noticed_on: on("2026-03-05"),
        filed_on: None,
        component: Some(code!("pump")),
        fault: Some(code!("leaks")),
        cause: Some(code!("material")),
        wants: Some(Remedy::Repair),
        proven: true,
        usage: vec![(code!("h"), 120)],
        readings: vec![(code!("h"), 120), (code!("km"), 7)],
        evidence: vec![Evidence {
            kind: code!("invoice"),
            reference: code!("F-1"),
        }],
        flags: vec![
            Flag::UnknownSerial,
            Flag::NeverSold,
            Flag::BeforeSale {
                sold_on: on("2026-03-01"),
            },
            Flag::OtherOwner,
            Flag::Retired,
            Flag::OpenClaim { claim: CLAIM },
            Flag::RepeatedFault { claim: CLAIM },
            Flag::ManyClaims { in_year: 4 },
            Flag::MeterWentBack {
                meter: code!("h"),
                before: 130,
                now: 120,
            },
            Flag::UnknownCause {
                cause: code!("ghosts"),
            },
            Flag::ManyByCustomer { in_year: 7 },
            Flag::SerialClaimed { claim: CLAIM },
            Flag::GivenUp { claim: CLAIM },
        ],
        verdict: Verdict::Partly,
        by_law: Verdict::Covered,
        reject_until: Some((on("2026-04-01"), at(21, 0))),
        regime: Some(regime()),
        history: History {
            faults_in_year: 1,
            ..History::default()
        },
    }
}

fn claim_events() -> Vec<WarrantyClaimEvent> {
    let costs = Costs {
        parts: lira(100),
        labour: lira(200),
        travel: lira(0),
    };
    vec![
        WarrantyClaimEvent::Filed(Box::new(filing())),
        WarrantyClaimEvent::Filed(Box::new(Filing {
            unit: None,
            serial: None,
            component: None,
            fault: None,
            cause: None,
            wants: None,
            usage: vec![],
            readings: vec![],
            evidence: vec![],
            flags: vec![],
            regime: None,
            ..filing()
        })),
        WarrantyClaimEvent::Timed(Due {
            from: on("2026-03-05"),
            repair: Some((on("2026-03-28"), at(21, 0))),
            loaner: Some((on("2026-03-17"), at(20, 0))),
            remedy: Some((on("2026-04-20"), at(21, 0))),
            extended: true,
        }),
        WarrantyClaimEvent::Triaged,
        WarrantyClaimEvent::Flagged(Flag::Retired),
        WarrantyClaimEvent::Cleared {
            flag: code!("retired"),
            finding: code!("fine"),
        },
        WarrantyClaimEvent::Asked {
            what: [code!("photograph")].into(),
        },
        WarrantyClaimEvent::Supplied(Evidence {
            kind: code!("photograph"),
            reference: code!("P-1"),
        }),
        WarrantyClaimEvent::Diagnosed(Box::new(Diagnosis {
            component: Some(code!("pump")),
            fault: Some(code!("leaks")),
            cause: Some(code!("material")),
            irreparable: true,
            serious: true,
            minor: true,
            at_delivery: Some(true),
            same_fault_in_year: Some(2),
            proven: None,
        })),
        WarrantyClaimEvent::Reacted {
            reaction: code!("survey"),
            effect: Effect::Done {
                what: code!("survey_planned"),
            },
        },
        WarrantyClaimEvent::Judged {
            verdict: Verdict::Covered,
            by_law: Verdict::Covered,
        },
        WarrantyClaimEvent::Attached(Box::new(Filing {
            history: History {
                faults_in_year: 1,
                faults_in_term: 1,
                same_fault_in_year: 1,
                replacement_overdue: true,
                ..History::default()
            },
            ..filing()
        })),
        WarrantyClaimEvent::Chosen {
            remedy: Remedy::Replacement,
        },
        WarrantyClaimEvent::RemedyRefused {
            remedy: Remedy::Replacement,
            ground: Ground::Impossible,
        },
        WarrantyClaimEvent::RemedyRefused {
            remedy: Remedy::Replacement,
            ground: Ground::Costly {
                cost: lira(900),
                other: Remedy::Repair,
                other_cost: lira(100),
                other_is_inconvenient: false,
            },
        },
        WarrantyClaimEvent::RemedyRefused {
            remedy: Remedy::Repair,
            ground: Ground::AboveValue { cost: lira(900) },
        },
        WarrantyClaimEvent::RejectMoved {
            until: (on("2026-04-08"), at(21, 0)),
        },
        WarrantyClaimEvent::ReturnAuthorised {
            number: code!("RMA-1"),
        },
        WarrantyClaimEvent::Received {
            on: on("2026-03-06"),
        },
        WarrantyClaimEvent::LoanerDue,
        WarrantyClaimEvent::Lent {
            item: code!("L-1"),
            on: on("2026-03-17"),
        },
        WarrantyClaimEvent::Approved(Box::new(Grant {
            remedy: Remedy::Refund,
            amount: Some(lira(900_000)),
            share: None,
            by: vec![code!("first_choice")],
            by_rule: true,
        })),
        WarrantyClaimEvent::Failed {
            reason: code!("no_parts"),
            irreparable: true,
        },
        WarrantyClaimEvent::Denied {
            reasons: vec![code!("misuse")],
            appeal_until: on("2026-04-05"),
            closes_at: at(21, 0),
        },
        WarrantyClaimEvent::Appealed {
            reason: code!("expert_says_otherwise"),
        },
        WarrantyClaimEvent::Approved(Box::new(Grant {
            remedy: Remedy::Goodwill,
            amount: None,
            share: Some(BasisPoints::from_percent(60)),
            by: vec![code!("goodwill")],
            by_rule: false,
        })),
        WarrantyClaimEvent::RepairOverdue,
        WarrantyClaimEvent::RemedyOverdue,
        WarrantyClaimEvent::CustomerNotTold {
            purpose: code!("warranty.repair_overdue"),
            why: code!("customer.no_contact"),
        },
        WarrantyClaimEvent::Begun,
        WarrantyClaimEvent::Repaired(Box::new(RepairReport {
            done_on: on("2026-03-30"),
            parts: vec![code!("seal")],
            costs: Some(costs),
        })),
        WarrantyClaimEvent::Recoverable(Box::new(Recoverable {
            supplier: code!("demir"),
            term: code!("demir.parts"),
            amount: lira(300),
            until: on("2026-06-30"),
            remind_at: at(8, 0),
            told: false,
        })),
        WarrantyClaimEvent::RecoveryEndsSoon,
        WarrantyClaimEvent::ItemBack {
            on: on("2026-03-30"),
        },
        WarrantyClaimEvent::LoanerAwaited {
            by: (on("2026-04-07"), at(21, 0)),
        },
        WarrantyClaimEvent::LoanerLate,
        WarrantyClaimEvent::LoanerBack {
            on: on("2026-03-31"),
        },
        WarrantyClaimEvent::Fulfilled {
            on: on("2026-03-31"),
            replacement: Some(UnitId::from_u128(0x0418)),
            closes_at: at(22, 0),
        },
        WarrantyClaimEvent::RecoveryBegan {
            supplier: code!("demir"),
            amount: lira(300),
            until: Some(on("2026-06-30")),
        },
        WarrantyClaimEvent::RecoverySettled { paid: lira(250) },
        WarrantyClaimEvent::Withdrawn {
            reason: code!("works_again"),
        },
        WarrantyClaimEvent::Closed,
    ]
}

/// What can be in an event beside, for claims that are not told as one life.
fn other_claim_events() -> Vec<WarrantyClaimEvent> {
    let filed_on = on("2026-03-09");
    vec![
        WarrantyClaimEvent::Filed(Box::new(Filing {
            filed_on: Some(filed_on),
            flags: vec![Flag::NoticedEarlier { filed_on }],
            ..filing()
        })),
        WarrantyClaimEvent::Flagged(Flag::NoticedEarlier { filed_on }),
    ]
}

pub fn warranties() -> Vec<Warranty> {
    let events = warranty_events();
    let bare = Warranty::begin(WARRANTY, &events[1], &stamp()).unwrap();
    let mut full = Warranty::begin(WARRANTY, &events[0], &stamp()).unwrap();
    for event in &events[2..events.len() - 1] {
        full.apply(event, &stamp());
    }
    // It was taken back, and sold again.
    let mut again = full.clone();
    again.apply(&WarrantyEvent::TakenBack, &stamp());
    again.apply(&events[0], &stamp());
    again.apply(&work(), &stamp());
    vec![bare, full, again]
}

pub fn claims() -> Vec<WarrantyClaim> {
    let events = claim_events();
    let bare = WarrantyClaim::begin(CLAIM, &events[1], &stamp()).unwrap();
    let mut full = WarrantyClaim::begin(CLAIM, &events[0], &stamp()).unwrap();
    let other = &other_claim_events()[0];
    let other = WarrantyClaim::begin(CLAIM, other, &stamp()).unwrap();
    let mut stages = vec![bare, other];
    for event in &events[2..] {
        full.apply(event, &stamp());
        if matches!(
            event,
            WarrantyClaimEvent::Denied { .. } | WarrantyClaimEvent::RecoverySettled { .. }
        ) {
            stages.push(full.clone());
        }
    }
    stages
}

#[test]
fn warranty_events_stay() {
    let mut events = warranty_events();
    events.push(work());
    golden_enum("warranty_event", &events);
}

#[test]
fn warranty_claim_events_stay() {
    let mut events = claim_events();
    events.extend(other_claim_events());
    golden_enum("warranty_claim_event", &events);
}

#[test]
fn lengths_and_conditions_stay() {
    golden_enum(
        "warranty_length",
        &[
            Length::Days(14),
            Length::Months(6),
            Length::Years(2),
            Length::Until(on("2027-01-31")),
            Length::Lifetime,
        ],
    );
    golden_enum(
        "warranty_condition",
        &[
            Condition::NothingTried,
            Condition::Repaired(1),
            Condition::FaultsInYear(4),
            Condition::FaultsInTerm(6),
            Condition::SameFaultInYear(2),
            Condition::RepairOverdue,
            Condition::Irreparable,
            Condition::ReplacementOverdue,
            Condition::Refused,
            Condition::Serious,
            Condition::NotMinor,
            Condition::NotWaiting,
            Condition::RejectInTime,
        ],
    );
    golden_enum(
        "warranty_ground",
        &[
            Ground::Impossible,
            Ground::Costly {
                cost: lira(900),
                other: Remedy::Repair,
                other_cost: lira(100),
                other_is_inconvenient: true,
            },
            Ground::AboveValue { cost: lira(900) },
        ],
    );
    let mut flags = filing().flags;
    let filed_on = on("2026-03-09");
    flags.push(Flag::NoticedEarlier { filed_on });
    golden_enum("warranty_flag", &flags);
}
