use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::terms::{PlanTerms, QuietHours};
use crate::kernel::{Code, Problem};

/// What the business configures about service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServicePolicy {
    /// The plans it offers, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub plans: BTreeMap<Code, PlanTerms>,
    /// When customers are not written to about service, in the zone of the plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quiet_hours: Option<QuietHours>,
}

impl ServicePolicy {
    /// Everything that is wrong with it; `has_calendar` says whether the rulebook has a calendar.
    pub(crate) fn problems(&self, has_calendar: impl Fn(&Code) -> bool) -> Vec<Problem> {
        let mut found = Vec::new();
        for (name, terms) in &self.plans {
            let path = format!("plans.{name}");
            let problems = terms.problems().into_iter();
            found.extend(problems.map(|problem| problem.within(&path)));
            if let Some((calendar, _)) = &terms.working_days
                && !has_calendar(calendar)
            {
                let path = format!("{path}.working_days");
                found.push(Problem::new(path, "service.unknown_calendar", calendar));
            }
        }
        found
    }
}
