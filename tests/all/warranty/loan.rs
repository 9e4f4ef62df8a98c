//! What was lent comes back, or somebody hears of it.

use aftercare::code;
use aftercare::kernel::{Code, WarrantyClaimId};
use aftercare::warranty::{
    AppealDenial, ApproveClaim, ClaimStatus, DenyClaim, FulfilClaim, LendItem, OpenClaims, Remedy,
    TakeLoanerBack, WithdrawClaim,
};

use super::{Shop, on};

/// A claim with a repair granted, and a loaner that was lent on 2 March.
fn lent(shop: &Shop) -> WarrantyClaimId {
    let claim = shop.file(code!("compressor"), code!("no_cold"));
    shop.world.run(LendItem {
        claim,
        item: code!("L-1"),
        on: on("2026-03-02"),
    });
    claim
}

fn open(shop: &Shop) -> Vec<WarrantyClaimId> {
    let page = shop.world.ask(&OpenClaims::all());
    page.claims.iter().map(|claim| claim.id).collect()
}

fn times(told: &[Code], purpose: &str) -> usize {
    told.iter().filter(|it| it.as_str() == purpose).count()
}

#[test]
fn a_loaner_is_asked_back_when_the_remedy_is_given_and_told_once_when_it_is_late() {
    let shop = Shop::new();
    let claim = lent(&shop);
    shop.world.run(ApproveClaim::new(claim, Remedy::Repair));
    assert_eq!(shop.claim(claim).loaner_out().unwrap().back_by, None);
    shop.world.run(FulfilClaim::given(claim, on("2026-03-02")));
    let (by, _) = shop.claim(claim).loaner_out().unwrap().back_by.unwrap();
    assert_eq!(by, on("2026-03-09"), "7 days");
    let asked = shop.said().pop().unwrap();
    assert_eq!(asked.purpose, code!("warranty.loaner_to_return"));
    assert_eq!(asked.facts[&code!("due_on")], "2026-03-09");
    assert_eq!(asked.facts[&code!("item")], "L-1");
    let late = "warranty.loaner_late";
    shop.go_to("2026-03-09");
    assert_eq!(times(&shop.told().1, late), 0, "the last day is in time");
    shop.go_to("2026-03-10");
    shop.go_to("2026-04-10");
    let (customer, team) = shop.told();
    assert_eq!((times(&customer, late), times(&team, late)), (1, 1), "once");
    assert_eq!(shop.claim(claim).status, ClaimStatus::Closed);
    assert_eq!(open(&shop), [claim], "it is not forgotten with the claim");
    let back = on("2026-04-10");
    shop.world.run(TakeLoanerBack { claim, on: back });
    assert_eq!(open(&shop), []);
    shop.go_to("2026-05-10");
    assert_eq!(times(&shop.told().1, late), 1);
}

#[test]
fn a_loaner_that_is_back_in_time_is_not_told_of() {
    let shop = Shop::new();
    let claim = lent(&shop);
    shop.world.run(ApproveClaim::new(claim, Remedy::Repair));
    shop.world.run(FulfilClaim::given(claim, on("2026-03-02")));
    shop.go_to("2026-03-09");
    let today = on("2026-03-09");
    shop.world.run(TakeLoanerBack { claim, on: today });
    shop.go_to("2026-04-10");
    assert_eq!(times(&shop.told().0, "warranty.loaner_late"), 0);
}

#[test]
fn a_loaner_of_a_claim_that_is_withdrawn_or_denied_is_asked_back_and_kept_while_it_is_appealed() {
    let shop = Shop::new();
    let claim = lent(&shop);
    shop.world.run(DenyClaim::because(claim, code!("misuse")));
    let back_by = || shop.claim(claim).loaner_out().unwrap().back_by;
    assert!(back_by().is_some());
    shop.world.run(AppealDenial {
        claim,
        reason: code!("not_so"),
    });
    assert_eq!(back_by(), None, "who appeals waits again");
    shop.go_to("2026-03-20");
    assert_eq!(times(&shop.told().1, "warranty.loaner_late"), 0);
    shop.world.run(WithdrawClaim {
        claim,
        reason: code!("mistake"),
    });
    assert_eq!(back_by().unwrap().0, on("2026-03-27"));
    shop.go_to("2026-03-28");
    assert_eq!(times(&shop.told().1, "warranty.loaner_late"), 1);
    assert_eq!(open(&shop), [claim]);
}

#[test]
fn nothing_is_lent_to_somebody_who_waits_for_nothing() {
    let shop = Shop::new();
    let claim = shop.file(code!("door"), code!("hangs"));
    shop.world.run(DenyClaim::because(claim, code!("misuse")));
    let lend = LendItem {
        claim,
        item: code!("L-1"),
        on: on("2026-03-02"),
    };
    assert_eq!(shop.world.refuse(lend).code(), "warranty.not_now");
}
