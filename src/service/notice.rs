use chrono::{DateTime, NaiveDate, Utc};

use super::occurrence::{DueDates, Reminded};
use super::terms::{PlanTerms, QuietHours};
use crate::calendar::civil::{add_days, date_in, start_of_day};
use crate::calendar::{Resolve, Zone};

/// When quiet hours that `at` lies in are over; `at` itself outside them.
#[must_use]
pub(crate) fn after_quiet(
    quiet: Option<&QuietHours>,
    zone: &Zone,
    at: DateTime<Utc>,
) -> DateTime<Utc> {
    let Some(quiet) = quiet else { return at };
    let local = zone.local(at);
    let time = local.time();
    let (is_quiet, is_next_day) = if quiet.from < quiet.to {
        (quiet.from <= time && time < quiet.to, false)
    } else {
        (time >= quiet.from || time < quiet.to, time >= quiet.from)
    };
    if !is_quiet {
        return at;
    }
    let date = if is_next_day {
        local.date().succ_opt().unwrap_or(local.date())
    } else {
        local.date()
    };
    zone.resolve(date.and_time(quiet.to), Resolve::Earliest)
        .max(at)
}

/// Which reminders are still to be given.
#[derive(Clone, Copy)]
pub(crate) enum Remind {
    /// Those that were not given yet. Of those whose time is over the last is given at once, and the others never.
    Left(Option<Reminded>),
    /// Those whose time is to come: whoever moved it knows of it.
    ToCome,
}

impl Remind {
    /// Whether the reminder so many days before was given for a service that is now due on `due_on`. One that was given for a date
    /// is not given for another near it; but when the date moved out by more than the longest time, what was said is no longer
    /// true, and all are given for the new one.
    fn is_given(self, terms: &PlanTerms, due_on: NaiveDate, days: u32) -> bool {
        let Self::Left(Some(last)) = self else {
            return false;
        };
        let longest = terms.remind_days_before.last().copied().unwrap_or(0);
        let is_near = (due_on - last.due_on).num_days() <= i64::from(longest);
        let was_for = add_days(last.due_on, -i64::from(days)).unwrap_or(last.due_on);
        is_near && was_for <= date_in(&terms.zone, last.at)
    }
}

/// When a service due on a date is on time, overdue, and when its customer hears of it.
pub(crate) fn dates_of(
    terms: &PlanTerms,
    quiet: Option<&QuietHours>,
    due_on: NaiveDate,
    now: DateTime<Utc>,
    remind: Remind,
) -> DueDates {
    let off = |days: i64| add_days(due_on, days).unwrap_or(due_on);
    let until = off(terms.grace.after.into());
    let overdue_at = start_of_day(&terms.zone, until.succ_opt().unwrap_or(until));
    let mut remind_at: Vec<DateTime<Utc>> = terms
        .remind_days_before
        .iter()
        .filter(|days| !remind.is_given(terms, due_on, **days))
        .map(|days| off(-i64::from(*days)).and_time(terms.remind_at))
        .map(|local| terms.zone.resolve(local, Resolve::Earliest))
        .map(|at| after_quiet(quiet, &terms.zone, at))
        .collect();
    remind_at.sort_unstable();
    remind_at.dedup();
    let passed = remind_at.partition_point(|at| *at < now);
    remind_at.drain(
        ..match remind {
            Remind::Left(_) => passed.saturating_sub(1),
            Remind::ToCome => passed,
        },
    );
    remind_at.retain(|at| *at < overdue_at);
    DueDates {
        due_on,
        since: terms
            .plans_ahead()
            .then(|| off(-i64::from(terms.grace.before))),
        until,
        remind_at,
        overdue_at,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn time(text: &str) -> chrono::NaiveTime {
        text.parse().unwrap()
    }

    #[test]
    fn nothing_is_said_in_quiet_hours() {
        let zone: Zone = "+03:00".parse().unwrap();
        let night = QuietHours {
            from: time("21:00:00"),
            to: time("08:00:00"),
        };
        let after = |at: &str| {
            let at = after_quiet(Some(&night), &zone, at.parse().unwrap());
            at.format("%d %H:%M").to_string()
        };
        assert_eq!(after("2026-03-02T17:59:00Z"), "02 17:59");
        assert_eq!(after("2026-03-02T18:00:00Z"), "03 05:00");
        assert_eq!(after("2026-03-03T04:59:59Z"), "03 05:00");
        assert_eq!(after("2026-03-03T05:00:00Z"), "03 05:00");
    }

    proptest! {
        #[test]
        fn what_is_put_off_is_never_earlier_and_never_quiet(seconds in 0_i64..4_000_000_000, from in 0_u32..86_400, to in 0_u32..86_400) {
            let clock = |seconds| chrono::NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0).unwrap();
            let quiet = QuietHours { from: clock(from), to: clock(to) };
            prop_assume!(from != to);
            let at = DateTime::from_timestamp(seconds, 0).unwrap();
            let after = after_quiet(Some(&quiet), &Zone::utc(), at);
            prop_assert!(after >= at);
            prop_assert_eq!(after_quiet(Some(&quiet), &Zone::utc(), after), after);
        }
    }
}
