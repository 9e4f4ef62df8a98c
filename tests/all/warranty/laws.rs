//! What holds after any story.

use aftercare::code;
use aftercare::warranty::{
    AppealDenial, ApproveClaim, ClaimStatus, DenyClaim, FulfilClaim, GiveUpRemedy, ReceiveItem,
    RecordRepair, Remedy, TriageClaim, WithdrawClaim,
};
use proptest::prelude::*;

use super::{Shop, days, lira};
use crate::common::assert_told;

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_tried_the_journal_tells_the_state_and_nothing_owed_is_lost(
        steps in prop::collection::vec((0..12u8, 0..3usize, 0..30i64), 1..30),
    ) {
        let shop = Shop::new();
        let mut claims = Vec::new();
        let mut last_end = None;
        for (step, which, wait) in steps {
            shop.world.wait(days(wait));
            shop.wake();
            let today = shop.world.now().date_naive();
            let claim = claims.get(which).copied();
            let Some(claim) = claim.filter(|_| step > 1) else {
                claims.push(shop.file(code!("door"), code!("hangs")));
                continue;
            };
            let done = match step {
                2 => shop.world.try_run(TriageClaim { claim }).is_ok(),
                3 => shop.world.try_run(ApproveClaim::new(claim, Remedy::Repair)).is_ok(),
                4 => shop.world.try_run(ApproveClaim::new(claim, Remedy::Refund)).is_ok(),
                5 => {
                    let cut = ApproveClaim::new(claim, Remedy::PriceCut).paying(lira(10));
                    shop.world.try_run(cut).is_ok()
                }
                6 => shop.world.try_run(DenyClaim::because(claim, code!("no"))).is_ok(),
                7 => shop.world.try_run(AppealDenial { claim, reason: code!("no") }).is_ok(),
                8 => shop.world.try_run(ReceiveItem { claim, on: today }).is_ok(),
                9 => {
                    let done_on = today;
                    let repair = RecordRepair::done(claim, done_on);
                    shop.world.try_run(repair).is_ok()
                }
                10 => {
                    let fulfil = FulfilClaim::given(claim, today);
                    shop.world.try_run(fulfil).is_ok()
                }
                _ if wait % 2 == 0 => {
                    let give_up = GiveUpRemedy::because(claim, code!("no"));
                    shop.world.try_run(give_up).is_ok()
                }
                _ => shop.world.try_run(WithdrawClaim { claim, reason: code!("no") }).is_ok(),
            };
            let after = shop.claim(claim);
            // A granted remedy is owed until it is given, or given up.
            if done && after.status == ClaimStatus::Approved {
                prop_assert!(!shop.view(claim).obligations.is_empty());
            }
            let warranty = shop.warranty();
            // What was paid back is covered by nothing.
            let Some(law) = warranty.contracts.first() else {
                continue;
            };
            let end = law.end(&warranty.spells(), today).unwrap().last_day;
            prop_assert!(end >= last_end, "a repair never shortens a term");
            last_end = end;
        }
        assert_told(shop.world.desk.store());
    }
}
