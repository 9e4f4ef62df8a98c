//! Whether the words that SLA policies use are words of this business.

use std::collections::{BTreeMap, BTreeSet};

use crate::calendar::BusinessHoursSpec;
use crate::case::{CasePolicy, Severity};
use crate::interaction::Channel;
use crate::kernel::{Code, Problem};
use crate::sla::{Action, Aspect, Policy, TimeBase};

/// What policies may refer to.
pub(super) struct Known<'a> {
    /// Those that were given, whether or not they stand.
    pub(super) calendars: &'a BTreeMap<Code, BTreeMap<u32, BusinessHoursSpec>>,
    pub(super) cases: &'a CasePolicy,
    pub(super) tiers: &'a BTreeSet<Code>,
}

impl Known<'_> {
    /// Every word that there is not, with the path from the list of policies.
    pub(super) fn unknown_in(&self, policies: &[Policy]) -> Vec<Problem> {
        let mut found = Vec::new();
        for (n, policy) in policies.iter().enumerate() {
            for (m, condition) in policy.conditions.iter().enumerate() {
                for (k, word) in condition.any_of.iter().enumerate() {
                    if let Some(code) = self.unknown(condition.aspect, word) {
                        let path = format!("[{n}].conditions[{m}].any_of[{k}]");
                        found.push(Problem::new(path, code, word));
                    }
                }
            }
            for (m, target) in policy.targets.iter().enumerate() {
                let path = format!("[{n}].targets[{m}]");
                if let TimeBase::Business(calendar) = &target.time
                    && !self.calendars.contains_key(calendar)
                {
                    let path = format!("{path}.time");
                    found.push(Problem::new(path, "sla.calendar_missing", calendar));
                }
                for (k, step) in target.steps.iter().enumerate() {
                    for (a, action) in step.actions.iter().enumerate() {
                        if let Action::SetPriority(priority) = action
                            && !self.cases.priorities.contains(priority)
                        {
                            let path = format!("{path}.steps[{k}].actions[{a}]");
                            found.push(Problem::new(path, "case.unknown_priority", priority));
                        }
                    }
                }
            }
        }
        found
    }

    /// What is wrong with a word in a condition. Topics, products and contracts are not listed anywhere.
    fn unknown(&self, aspect: Aspect, word: &Code) -> Option<&'static str> {
        let (is_known, code) = match aspect {
            Aspect::Channel => {
                let mut names = Channel::ALL.iter().map(|channel| channel.name());
                (names.any(|name| word == name), "sla.unknown_channel")
            }
            Aspect::Priority => (
                self.cases.priorities.contains(word),
                "case.unknown_priority",
            ),
            Aspect::CustomerTier => {
                let is_free = self.tiers.is_empty();
                (
                    is_free || self.tiers.contains(word),
                    "customer.unknown_tier",
                )
            }
            Aspect::Complaint => {
                let mut names = Severity::ALL.iter().map(|severity| severity.name());
                (names.any(|name| word == name), "case.unknown_severity")
            }
            Aspect::Category | Aspect::Product | Aspect::Contract => (true, ""),
        };
        (!is_known).then_some(code)
    }
}
