//! How claims come in and are decided.

use std::collections::BTreeSet;

use aftercare::code;
use aftercare::kernel::{Actor, Code, StaffId, WarrantyClaimId};
use aftercare::prelude::{RecordReading, RecordUnit, RegisterCustomer, RetireUnit};
use aftercare::warranty::{
    AppealDenial, ApproveClaim, AskForEvidence, ClaimStatus, ClaimsOf, ClearFlag, CloseClaim,
    Decision, DenyClaim, DiagnoseClaim, Diagnosis, Evidence, FileClaim, FulfilClaim, GiveEvidence,
    GiveUpRemedy, ListClaims, Owed, ReceiveItem, Refusal, Remedy, Step, TriageClaim, Verdict,
    ViewClaim, WarrantyPolicy, WithdrawClaim,
};
use aftercare::work::Refusal as Refused;

use super::{Shop, lira, on, policy};

fn flags(shop: &Shop, claim: WarrantyClaimId) -> Vec<&'static str> {
    let claim = shop.claim(claim);
    claim.flags.iter().map(|it| it.flag.code()).collect()
}

#[test]
fn a_claim_is_judged_timed_and_acknowledged() {
    let shop = Shop::new();
    shop.go_to("2026-04-20");
    let id = shop.file(code!("compressor"), code!("no_cold"));
    let claim = shop.claim(id);
    assert_eq!(claim.status, ClaimStatus::Submitted);
    assert_eq!(claim.filing.verdict, Verdict::Covered);
    assert_eq!(flags(&shop, id), [""; 0]);
    let due = claim.due.unwrap();
    assert_eq!(due.repair.unwrap().0, on("2026-05-15"), "20 working days");
    assert_eq!(due.loaner.unwrap().0, on("2026-05-04"), "10 working days");
    assert_eq!(
        due.repair.unwrap().1.to_rfc3339(),
        "2026-05-15T21:00:00+00:00"
    );
    assert_eq!(shop.told().0, [code!("warranty.claim_received")]);
    let owed: Vec<_> = shop.view(id).obligations.iter().map(|it| it.what).collect();
    assert_eq!(owed, [Owed::Decision, Owed::Loaner]);
}

#[test]
fn no_claim_is_turned_away_what_looks_odd_is_flagged() {
    let shop = Shop::new();
    let world = &shop.world;
    let unknown = world.run(FileClaim::by_serial(shop.ayse, code!("ZZ-9")));
    assert_eq!(flags(&shop, unknown), ["unknown_serial"]);
    assert_eq!(shop.claim(unknown).filing.verdict, Verdict::Not);
    let stock = world.run(RecordUnit::new(code!("NF-500")).with_serial(code!("NF-2")));
    let never_sold = world.run(FileClaim::by_serial(shop.ayse, code!("nf-2")));
    assert_eq!(flags(&shop, never_sold), ["never_sold"]);
    world.run(RetireUnit {
        unit: stock,
        reason: code!("scrapped"),
    });
    let retired = world.run(FileClaim::new(shop.ayse, stock));
    assert_eq!(flags(&shop, retired), ["never_sold", "retired"]);
    let before = FileClaim::new(shop.ayse, shop.unit).noticed_on(on("2025-02-01"));
    assert_eq!(flags(&shop, world.run(before)), ["before_sale"]);
    let mehmet = world.run(RegisterCustomer::named("Mehmet Kaya"));
    let other = world.run(FileClaim::new(mehmet, shop.unit));
    assert_eq!(flags(&shop, other), ["other_owner"]);
    world.run(RecordReading::new(shop.unit, code!("h"), 500));
    let backwards = FileClaim::new(shop.ayse, shop.unit).with_reading(code!("h"), 400);
    assert!(flags(&shop, world.run(backwards)).contains(&"meter_went_back"));
    let future = FileClaim::new(shop.ayse, shop.unit).noticed_on(on("2026-03-03"));
    assert_eq!(world.refuse(future).code(), "warranty.in_future");
}

#[test]
fn a_cause_outside_the_catalogue_and_too_many_claims_are_flagged() {
    let mut rules = policy();
    rules.causes = BTreeSet::from([code!("material"), code!("misuse")]);
    rules.most_claims_in_year = 1;
    let shop = Shop::with(rules);
    let claim = FileClaim::new(shop.ayse, shop.unit).caused_by(code!("ghosts"));
    let first = shop.world.run(claim);
    assert_eq!(flags(&shop, first), ["unknown_cause"]);
    shop.world.run(WithdrawClaim {
        claim: first,
        reason: code!("mistake"),
    });
    let second = shop.file(code!("door"), code!("hangs"));
    assert_eq!(
        flags(&shop, second),
        [""; 0],
        "one that was withdrawn does not count"
    );
    let third = shop.file(code!("lamp"), code!("dark"));
    assert_eq!(flags(&shop, third), ["open_claim", "many_claims"]);
    let all = ListClaims {
        of: ClaimsOf::ToReview,
        after: None,
        limit: 10,
    };
    assert_eq!(shop.world.ask(&all).claims.len(), 2);
    for flag in [code!("open_claim"), code!("many_claims")] {
        let finding = code!("fine");
        shop.world.run(ClearFlag {
            claim: third,
            flag,
            finding,
        });
    }
    assert!(!shop.claim(third).has_open_flags());
    assert_eq!(shop.world.ask(&all).claims.len(), 1);
}

#[test]
fn a_cause_outside_the_catalogue_is_flagged_once_however_often_it_is_found() {
    let causes = [code!("material")].into();
    let shop = Shop::with(WarrantyPolicy { causes, ..policy() });
    let claim = shop.file(code!("door"), code!("hangs"));
    for _ in 0..2 {
        let diagnosis = Diagnosis {
            cause: Some(code!("ghosts")),
            ..Diagnosis::default()
        };
        shop.world.run(DiagnoseClaim { claim, diagnosis });
    }
    assert_eq!(flags(&shop, claim), ["unknown_cause"]);
}

#[test]
fn a_customer_sees_their_claims_but_not_what_seemed_odd() {
    let shop = Shop::new();
    let (me, at) = (Actor::Customer(shop.ayse), shop.world.now());
    let claim = FileClaim::new(shop.ayse, shop.unit).noticed_on(on("2025-02-01"));
    let claim = shop.world.run_as(me.clone(), claim).unwrap();
    assert_eq!(flags(&shop, claim), ["before_sale"]);
    let view = shop.world.desk.ask(&me, &ViewClaim { claim, at }).unwrap();
    assert!(view.claim.flags.is_empty() && view.claim.filing.flags.is_empty());
    let mehmet = shop.world.run(RegisterCustomer::named("Mehmet Kaya"));
    let other = Actor::Customer(mehmet);
    assert!(
        shop.world
            .desk
            .ask(&other, &ViewClaim { claim, at })
            .is_err()
    );
    let take = WithdrawClaim {
        claim,
        reason: code!("mistake"),
    };
    assert!(shop.world.run_as(other, take.clone()).is_err());
    shop.world.run_as(me, take).unwrap();
    assert_eq!(shop.claim(claim).status, ClaimStatus::Withdrawn);
}

#[test]
fn evidence_that_was_asked_for_brings_the_claim_back() {
    let shop = Shop::new();
    let claim = shop.file(code!("door"), code!("hangs"));
    shop.world.run(TriageClaim { claim });
    let what = BTreeSet::from([code!("photograph")]);
    shop.world.run(AskForEvidence { claim, what });
    assert_eq!(shop.claim(claim).status, ClaimStatus::AwaitingInformation);
    let evidence = Evidence {
        kind: code!("photograph"),
        reference: code!("P-1"),
    };
    shop.world.run(GiveEvidence { claim, evidence });
    let after = shop.claim(claim);
    assert_eq!(after.status, ClaimStatus::Triage);
    assert!(after.asked.is_empty() && after.filing.evidence.len() == 1);
}

#[test]
fn a_claim_waits_until_all_that_was_asked_for_is_there() {
    let shop = Shop::new();
    let claim = shop.file(code!("door"), code!("hangs"));
    let ask = |what: &[Code]| AskForEvidence {
        claim,
        what: what.iter().cloned().collect(),
    };
    let nothing = shop.world.refuse(ask(&[]));
    assert_eq!(nothing.code(), "warranty.nothing_named");
    shop.world
        .run(ask(&[code!("photograph"), code!("invoice")]));
    let give = |kind: Code| GiveEvidence {
        claim,
        evidence: Evidence {
            reference: kind.clone(),
            kind,
        },
    };
    shop.world.run(give(code!("report")));
    shop.world.run(give(code!("invoice")));
    let waits = shop.claim(claim);
    assert_eq!(waits.status, ClaimStatus::AwaitingInformation);
    assert_eq!(waits.asked, BTreeSet::from([code!("photograph")]));
    shop.world.run(give(code!("photograph")));
    assert_eq!(shop.claim(claim).status, ClaimStatus::Triage);
}

#[test]
fn a_purchase_that_is_proven_later_counts() {
    let mut rules = policy();
    rules.regime = None;
    rules.terms[0].proof_needed = true;
    let shop = Shop::with(rules);
    let claim = FileClaim {
        unproven: true,
        ..FileClaim::new(shop.ayse, shop.unit).with_fault(code!("compressor"), code!("dead"))
    };
    let claim = shop.world.run(claim);
    assert_eq!(shop.claim(claim).filing.verdict, Verdict::Not);
    let looked_at = |proven| DiagnoseClaim {
        claim,
        diagnosis: Diagnosis {
            proven,
            ..Diagnosis::default()
        },
    };
    shop.world.run(looked_at(None));
    assert_eq!(shop.claim(claim).filing.verdict, Verdict::Not);
    shop.world.run(looked_at(Some(true)));
    assert_eq!(shop.claim(claim).filing.verdict, Verdict::Covered);
    shop.world.run(looked_at(Some(false)));
    assert_eq!(shop.claim(claim).filing.verdict, Verdict::Not, "forged");
}

#[test]
fn nobody_cuts_the_time_to_appeal_short_and_every_denial_says_why() {
    let shop = Shop::new();
    let claim = shop.file(code!("door"), code!("hangs"));
    let deny = |reasons| DenyClaim { claim, reasons };
    let nothing = shop.world.refuse(deny(vec![]));
    assert_eq!(nothing.code(), "warranty.nothing_named");
    shop.world.run(deny(vec![code!("misuse")]));
    let early = Refusal::TooEarly {
        on: on("2026-03-02"),
        not_before: on("2026-04-02"),
    };
    let close = CloseClaim { claim };
    assert_eq!(shop.world.refuse(close), Refused::Warranty(early));
    let reason = code!("expert");
    shop.world.run(AppealDenial { claim, reason });
}

#[test]
fn a_diagnosis_is_judged_again() {
    let shop = Shop::new();
    let claim = shop.file(code!("compressor"), code!("no_cold"));
    let diagnosis = Diagnosis {
        cause: Some(code!("misuse")),
        ..Diagnosis::default()
    };
    shop.world.run(DiagnoseClaim { claim, diagnosis });
    let view = shop.view(claim);
    assert_eq!(view.claim.filing.verdict, Verdict::Not);
    let open: Vec<_> = view.remedies.iter().map(|it| it.remedy).collect();
    assert_eq!(open, [Remedy::Goodwill]);
    let coverage = view.coverage.unwrap();
    assert!(coverage.judged.iter().all(|it| it.verdict == Verdict::Not));
    let repair = ApproveClaim::new(claim, Remedy::Repair);
    assert_eq!(shop.world.refuse(repair).code(), "warranty.remedy_not_open");
    let goodwill = ApproveClaim::new(claim, Remedy::Goodwill);
    assert!(shop.world.run_as(Shop::agent(), goodwill.clone()).is_err());
    shop.world.run(goodwill);
    assert_eq!(shop.claim(claim).status, ClaimStatus::Approved);
}

#[test]
fn a_denial_can_be_appealed_against_in_time_and_closes_otherwise() {
    let shop = Shop::new();
    let claim = shop.file(code!("door"), code!("hangs"));
    let deny = DenyClaim::because(claim, code!("misuse"));
    shop.world.run(deny.clone());
    let Some(Decision::Denied { appeal_until, .. }) = shop.claim(claim).decision.clone() else {
        panic!("not denied")
    };
    assert_eq!(appeal_until, on("2026-04-01"));
    shop.go_to("2026-04-01");
    let appeal = AppealDenial {
        claim,
        reason: code!("expert"),
    };
    shop.world.run(appeal.clone());
    assert_eq!(shop.claim(claim).status, ClaimStatus::Triage);
    assert_eq!(shop.told().1, [code!("warranty.appeal")]);
    shop.world.run(deny);
    shop.go_to("2026-05-02");
    assert_eq!(shop.claim(claim).status, ClaimStatus::Closed);
    let until = on("2026-05-01");
    let refusal = Refused::Warranty(Refusal::AppealOver { until });
    assert_eq!(shop.world.refuse(appeal), refusal);
}

#[test]
fn money_is_approved_within_the_limits_of_a_role_and_never_above_the_price() {
    let shop = Shop::new();
    let claim = shop.file(code!("door"), code!("hangs"));
    let cut = |amount| ApproveClaim::new(claim, Remedy::PriceCut).paying(lira(amount));
    let code = |actor: Actor, command: ApproveClaim| {
        crate::product::world::refused(shop.world.run_as(actor, command)).code()
    };
    let supervisor = Actor::staff(StaffId::from_u128(8), code!("supervisor"));
    assert_eq!(code(Shop::agent(), cut(1_001)), "warranty.above_limit");
    assert_eq!(
        code(supervisor.clone(), cut(30_001)),
        "warranty.above_price"
    );
    assert_eq!(code(supervisor, cut(-1)), "warranty.negative_amount");
    let bare = ApproveClaim::new(claim, Remedy::PriceCut);
    assert_eq!(shop.world.refuse(bare).code(), "warranty.amount_needed");
    shop.world.run_as(Shop::agent(), cut(1_000)).unwrap();
    let grant = shop.claim(claim).grant().cloned().unwrap();
    assert_eq!((grant.amount, grant.by_rule), (Some(lira(1_000)), false));
    assert_eq!(grant.by, [code!("first_choice")]);
}

#[test]
fn a_price_that_was_cut_is_paid_back_less_the_cut_and_no_price_twice() {
    let shop = Shop::new();
    let supervisor = || Actor::staff(StaffId::from_u128(8), code!("supervisor"));
    let cut = shop.file(code!("door"), code!("hangs"));
    let approve = ApproveClaim::new(cut, Remedy::PriceCut).paying(lira(10_000));
    shop.world.run_as(supervisor(), approve).unwrap();
    let given = on("2026-03-02");
    shop.world.run(FulfilClaim::given(cut, given));

    let back = shop.file(code!("shelf"), code!("broken"));
    let other = shop.file(code!("lamp"), code!("dark"));
    let refund = |claim| ApproveClaim::new(claim, Remedy::Refund);
    let code = |command: ApproveClaim| {
        crate::product::world::refused(shop.world.run_as(supervisor(), command)).code()
    };
    let above = refund(back).paying(lira(20_001));
    assert_eq!(code(above), "warranty.above_price");
    let below = refund(back).paying(lira(19_999));
    assert_eq!(code(below), "warranty.nothing_off");
    shop.world.run_as(supervisor(), refund(back)).unwrap();
    let grant = shop.claim(back).grant().cloned().unwrap();
    assert_eq!(grant.amount, Some(lira(20_000)));

    // All of it is spoken for, until that is given up.
    assert_eq!(code(refund(other)), "warranty.nothing_left");
    let more = ApproveClaim::new(other, Remedy::PriceCut).paying(lira(1));
    assert_eq!(code(more), "warranty.above_price");
    shop.world.run(GiveUpRemedy {
        claim: back,
        reason: code!("changed_mind"),
        irreparable: false,
    });
    shop.world.run_as(supervisor(), refund(other)).unwrap();
}

#[test]
fn a_clear_claim_is_approved_by_rule_and_a_flagged_one_is_not() {
    let mut rules = policy();
    rules.approved_by_rule = BTreeSet::from([Remedy::Repair]);
    let shop = Shop::with(rules);
    let claim = || FileClaim::new(shop.ayse, shop.unit).wanting(Remedy::Repair);
    let clear = shop.world.run(claim());
    assert_eq!(shop.claim(clear).status, ClaimStatus::Approved);
    assert!(shop.claim(clear).grant().unwrap().by_rule);
    let flagged = shop.world.run(claim());
    assert_eq!(
        shop.claim(flagged).status,
        ClaimStatus::Submitted,
        "another is open"
    );
    let costly = shop.world.run(claim().wanting(Remedy::Refund));
    assert_eq!(shop.claim(costly).status, ClaimStatus::Submitted);
}

#[test]
fn every_status_and_step_is_in_the_table_and_nothing_follows_the_end() {
    let steps = [
        Step::Triage,
        Step::AskInformation,
        Step::Supply,
        Step::AskItem,
        Step::Receive,
        Step::Approve,
        Step::Deny,
        Step::Appeal,
        Step::Begin,
        Step::Fulfil,
        Step::Redecide,
        Step::Close,
        Step::Withdraw,
    ];
    for status in ClaimStatus::ALL {
        let mut reached = steps.iter().filter_map(|step| status.after(*step));
        assert_eq!(reached.next().is_none(), status.is_over(), "{status:?}");
    }
    let decided = ClaimStatus::Fulfilled.after(Step::Deny);
    assert_eq!(decided, None, "what was given is not taken back");
}

#[test]
fn what_cannot_be_done_now_is_refused_with_the_status() {
    let shop = Shop::new();
    let claim = shop.file(code!("door"), code!("hangs"));
    shop.world.run(WithdrawClaim {
        claim,
        reason: code!("mistake"),
    });
    let receive = ReceiveItem {
        claim,
        on: on("2026-03-02"),
    };
    let refusal = Refusal::NotNow {
        status: ClaimStatus::Withdrawn,
        doing: "received",
    };
    assert_eq!(shop.world.refuse(receive), Refused::Warranty(refusal));
}
