//! What staff has to do, the most urgent first.

use aftercare::code;
use aftercare::kernel::{Actor, WarrantyClaimId};
use aftercare::warranty::{
    ApproveClaim, DenyClaim, FileClaim, FulfilClaim, HandBackItem, OpenClaims, ReceiveItem, Remedy,
    WithdrawClaim,
};

use super::{Shop, on};

fn found(shop: &Shop, open: &OpenClaims) -> Vec<WarrantyClaimId> {
    let page = shop.world.desk.ask(&Shop::agent(), open).unwrap();
    page.claims.iter().map(|claim| claim.id).collect()
}

#[test]
fn staff_finds_the_open_claims_the_one_due_first_before_the_others_and_undated_ones_last() {
    let shop = Shop::new();
    let unknown = FileClaim::by_serial(shop.ayse, code!("ZZ-9"));
    let undated = shop.world.run(unknown);
    shop.go_to("2026-03-09");
    let late = shop.file(code!("door"), code!("hangs"));
    let early = FileClaim::new(shop.ayse, shop.unit).noticed_on(on("2026-03-02"));
    let early = shop.world.run(early);
    assert_eq!(found(&shop, &OpenClaims::all()), [early, late, undated]);
    // Page by page, each once.
    let mut page = OpenClaims {
        limit: 1,
        ..OpenClaims::all()
    };
    let mut all = Vec::new();
    loop {
        let found = shop.world.ask(&page);
        all.extend(found.claims.iter().map(|claim| claim.id));
        page.after = found.next;
        if page.after.is_none() {
            break;
        }
    }
    assert_eq!(all, [early, late, undated]);
    let none = shop.world.desk.ask(&Actor::Customer(shop.ayse), &page);
    assert!(
        none.map_or(true, |page| page.claims.is_empty()),
        "is staff's"
    );
}

#[test]
fn a_claim_is_overdue_from_the_end_of_its_date_and_stays_so_until_it_is_dealt_with() {
    let shop = Shop::new();
    let claim = shop.file(code!("door"), code!("hangs"));
    let (_, end) = shop.claim(claim).due.unwrap().loaner.unwrap();
    let moment = chrono::TimeDelta::microseconds(1);
    assert_eq!(found(&shop, &OpenClaims::overdue(end - moment)), []);
    assert_eq!(found(&shop, &OpenClaims::overdue(end)), [claim]);
    let view = |at| {
        shop.world
            .ask(&aftercare::warranty::ViewClaim { claim, at })
    };
    let is_overdue = |at| view(at).obligations.iter().any(|it| it.overdue);
    assert!(
        !is_overdue(end - moment) && is_overdue(end),
        "as it is told"
    );
    shop.go_to("2026-04-20");
    let overdue = OpenClaims::overdue(shop.world.now());
    assert_eq!(found(&shop, &overdue), [claim], "whoever was told of it");
    shop.world.run(ApproveClaim::new(claim, Remedy::Repair));
    assert_eq!(found(&shop, &overdue), [claim]);
    shop.world.run(FulfilClaim::given(claim, on("2026-04-20")));
    assert_eq!(found(&shop, &OpenClaims::all()), []);
}

#[test]
fn a_claim_that_is_denied_or_withdrawn_is_open_while_the_item_is_not_handed_back() {
    let shop = Shop::new();
    let claim = shop.file(code!("door"), code!("hangs"));
    let today = on("2026-03-02");
    shop.world.run(ReceiveItem { claim, on: today });
    shop.world.run(DenyClaim::because(claim, code!("misuse")));
    assert_eq!(found(&shop, &OpenClaims::all()), [claim]);
    shop.world.run(WithdrawClaim {
        claim,
        reason: code!("mistake"),
    });
    assert_eq!(found(&shop, &OpenClaims::all()), [claim]);
    shop.world.run(HandBackItem { claim, on: today });
    assert_eq!(found(&shop, &OpenClaims::all()), []);
}
