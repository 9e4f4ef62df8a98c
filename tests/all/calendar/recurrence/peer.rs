//! Answers beside those of `rrule`, another library of recurrence rules, where both support the rule.
//!
//! It knows no `SKIP`, ordinals of weekdays only where RFC 5545 allows them, and days of the month not in weekly rules; of two
//! local times that fall together it answers both. Rules are compared in UTC, and in zones at hours that no clock change touches.

use aftercare::calendar::{Recurrence, Rule, Zone};
use chrono::{DateTime, Datelike, Utc};
use proptest::prelude::*;
use rrule::{RRule, RRuleSet, Tz};

use super::generate::{Freq, Skip, plan, start};

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_libraries_occur_alike(mut plan in plan(), start in start(), zone in prop::sample::select(&["UTC", "Europe/Berlin", "America/New_York"][..])) {
        plan.skip = Skip::Omit;
        plan.sticky = false;
        plan.count.get_or_insert(40);
        if matches!(plan.freq, Freq::Daily | Freq::Weekly) {
            for day in &mut plan.days {
                day.0 = None;
            }
        }
        // It takes a list such as `-2SA,SA` for the days that both mean, RFC 5545 for those that either does.
        if plan.days.iter().any(|day| day.0.is_none()) {
            plan.days.iter_mut().for_each(|day| day.0 = None);
        }
        if plan.freq == Freq::Weekly {
            plan.month_days.clear();
            // It takes positions of a first week that begins with the anchor, RFC 5545 of the whole week.
            plan.week_start = start.weekday();
        }
        if zone != "UTC" {
            plan.hours = vec![6, 12, 18];
        }
        if plan.months.is_empty() && plan.month_days.is_empty() && plan.days.is_empty() && plan.hours.is_empty() && plan.minutes.is_empty() {
            plan.positions.clear();
        }
        let tz: Tz = if zone == "UTC" { Tz::UTC } else { Tz::Tz(zone.parse().unwrap()) };
        let anchor = if zone == "UTC" { start } else { start.date().and_hms_opt(12, 0, 0).unwrap() };
        let theirs = plan.text().parse::<RRule<rrule::Unvalidated>>().unwrap();
        // What it does not take, it refuses.
        let Ok(theirs) = theirs.validate(anchor.and_local_timezone(tz).unwrap()) else { return Ok(()) };
        let theirs = RRuleSet::new(anchor.and_local_timezone(tz).unwrap()).rrule(theirs);
        // A rule without any occurrence is walked by it without end; with this bound it gives up.
        let theirs: Vec<DateTime<Utc>> = theirs.limit().into_iter().map(|at| at.to_utc()).take(40).collect();
        let ours = Recurrence::new(plan.text().parse::<Rule>().unwrap(), anchor, zone.parse::<Zone>().unwrap()).unwrap();
        let ours: Vec<DateTime<Utc>> = ours.iter().take(theirs.len()).collect();
        prop_assert_eq!(ours, theirs, "{}", plan.text());
    }
}
