use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::terms::{MOST_DAYS, PlanTerms, QuietHours};
use crate::kernel::{Code, Problem};

/// What the business configures about service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServicePolicy {
    /// The plans it offers, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub plans: BTreeMap<Code, PlanTerms>,
    /// When customers are not written to about services that come up or are overdue, in the zone of the plan. What answers an act, a visit
    /// that is booked, moved or called off, is told at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quiet_hours: Option<QuietHours>,
    /// How many minutes after the end of its window it is noticed that nobody reported on a visit; a day as a rule. Visits that are
    /// booked keep the time that held then.
    pub report_within_minutes: u32,
    /// The team that hears of a visit on which nobody reported, unless its plan has a team of its own; nobody when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<Code>,
}

const DAY: u32 = 24 * 60;

impl Default for ServicePolicy {
    /// No plans, no quiet hours, and nobody who hears of visits without a report.
    fn default() -> Self {
        Self {
            plans: BTreeMap::new(),
            quiet_hours: None,
            report_within_minutes: DAY,
            team: None,
        }
    }
}

impl ServicePolicy {
    /// Everything that is wrong with it; `has_calendar` says whether the rulebook has a calendar.
    pub(crate) fn problems(&self, has_calendar: impl Fn(&Code) -> bool) -> Vec<Problem> {
        let mut found = Vec::new();
        if self.report_within_minutes > MOST_DAYS * DAY {
            let facts = self.report_within_minutes;
            let path = "report_within_minutes";
            found.push(Problem::new(path, "service.too_many_days", facts));
        }
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
