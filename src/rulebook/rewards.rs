//! Whether what rewards bring is there.

use super::RulebookSpec;
use crate::kernel::Problem;
use crate::loyalty::RewardKind;

/// Every reward that would bring nothing, with the path from the rulebook.
pub(super) fn problems(spec: &RulebookSpec) -> Vec<Problem> {
    let mut found = Vec::new();
    for (n, programme) in spec.loyalty.iter().enumerate() {
        for (name, reward) in &programme.rewards {
            let path = || format!("loyalty[{n}].rewards.{name}.kind");
            match &reward.kind {
                RewardKind::Service(plan) if !spec.service.plans.contains_key(plan) => {
                    found.push(Problem::new(path(), "loyalty.unknown_plan", plan));
                }
                RewardKind::WarrantyExtension { months, term } => {
                    let known = term.as_ref().and_then(|term| spec.warranty.term(term));
                    if known.is_none() {
                        let term = term.as_ref().map_or("none", |term| term.as_str());
                        found.push(Problem::new(path(), "loyalty.unknown_term", term));
                    }
                    if !(1..=1_200).contains(months) {
                        found.push(Problem::new(path(), "loyalty.period_out_of_range", months));
                    }
                }
                RewardKind::Service(_)
                | RewardKind::Discount(_)
                | RewardKind::Off { .. }
                | RewardKind::Product(_)
                | RewardKind::Voucher(_)
                | RewardKind::Event(_) => {}
            }
        }
    }
    found
}
