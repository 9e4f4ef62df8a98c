//! What is true of every rule: it answers as the reference does, from wherever it is asked, and both ways alike.

use aftercare::calendar::{Recurrence, Resolve, Rule, Zone};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::generate::{plan, start};
use super::reference::occurrences;

const ZONES: &[&str] = &[
    "Europe/Istanbul",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Casablanca",
    "UTC",
];

fn anchored(text: &str, start: NaiveDateTime, zone: &Zone) -> Recurrence {
    Recurrence::new(text.parse::<Rule>().unwrap(), start, zone.clone()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_rule_means_what_the_reference_finds(plan in plan(), start in start()) {
        let expected = occurrences(&plan, start, 2045, 60);
        let ours = anchored(&plan.text(), start, &Zone::utc());
        let walked: Vec<NaiveDateTime> = ours
            .iter()
            .map(|at| at.naive_utc())
            .take_while(|at| at.and_utc().timestamp() < 2_398_377_600)
            .take(60)
            .collect();
        prop_assert_eq!(walked, expected);
    }

    #[test]
    fn whatever_is_asked_for_alone_is_what_walking_finds(
        plan in plan(), start in start(), zone in prop::sample::select(ZONES), days in -400_i64..15_000, second in 0_i64..86_400,
    ) {
        let zone: Zone = zone.parse().unwrap();
        let ours = anchored(&plan.text(), start, &zone);
        let asked = zone.resolve(start, Resolve::Earliest) + TimeDelta::days(days) + TimeDelta::seconds(second);
        let walked: Vec<DateTime<Utc>> = ours.iter().take(400).collect();
        prop_assert!(walked.is_sorted_by(|a, b| a < b));
        if walked.len() < 400 || walked.last().is_some_and(|last| asked < *last) {
            prop_assert_eq!(ours.after(asked), walked.iter().copied().find(|at| *at > asked));
            prop_assert_eq!(ours.before(asked), walked.iter().copied().rfind(|at| *at < asked));
            let until = asked + TimeDelta::days(200);
            let expected: Vec<_> = walked.iter().copied().filter(|at| asked <= *at && *at < until).collect();
            if walked.len() < 400 || walked.last().is_some_and(|last| until < *last) {
                prop_assert!(ours.between(asked, until).eq(expected.iter().copied()));
                prop_assert!(ours.between(asked, until).rev().eq(expected.iter().rev().copied()));
            }
        }
    }

    #[test]
    fn every_occurrence_is_the_one_after_the_one_before(plan in plan(), start in start(), zone in prop::sample::select(ZONES)) {
        let ours = anchored(&plan.text(), start, &zone.parse().unwrap());
        let some: Vec<DateTime<Utc>> = ours.iter().take(40).collect();
        for pair in some.windows(2) {
            prop_assert_eq!(ours.after(pair[0]), Some(pair[1]));
            prop_assert_eq!(ours.before(pair[1]), Some(pair[0]));
            let early = pair[1] - TimeDelta::milliseconds(1);
            prop_assert_eq!(ours.after(early), Some(pair[1]));
        }
        if let Some(first) = some.first() {
            prop_assert_eq!(ours.before(*first), None);
            prop_assert!(*first >= ours.zone().resolve(start, Resolve::Earliest));
        }
    }

    #[test]
    fn both_ends_meet_and_nothing_is_told_twice(
        plan in plan(), start in start(), zone in prop::sample::select(ZONES), turns in prop::collection::vec(any::<bool>(), 400),
    ) {
        let ours = anchored(&plan.text(), start, &zone.parse().unwrap());
        let from = start.and_utc();
        let to = from + TimeDelta::days(700);
        let all: Vec<_> = ours.between(from, to).take(400).collect();
        prop_assume!(all.len() < 400);
        let (mut front, mut back) = (Vec::new(), Vec::new());
        let mut left = ours.between(from, to);
        for is_front in turns {
            if is_front {
                front.extend(left.next());
            } else {
                back.extend(left.next_back());
            }
        }
        front.extend(left);
        back.reverse();
        front.extend(back);
        prop_assert_eq!(front, all);
    }

    #[test]
    fn a_rule_survives_being_written_down(plan in plan(), start in start()) {
        let rule: Rule = plan.text().parse().unwrap();
        prop_assert_eq!(&rule.to_string().parse::<Rule>().unwrap(), &rule);
        let ours = Recurrence::new(rule, start, "Europe/Istanbul".parse().unwrap()).unwrap();
        let json = serde_json::to_string(&ours).unwrap();
        prop_assert_eq!(serde_json::from_str::<Recurrence>(&json).unwrap(), ours);
    }

    #[test]
    fn a_count_is_counted_and_an_end_is_kept(plan in plan(), start in start(), count in 1_usize..200, n in 0_usize..50) {
        let mut endless = plan.clone();
        endless.count = None;
        let all = anchored(&endless.text(), start, &Zone::utc());
        let mut counted = plan;
        counted.count = Some(count);
        let counted = anchored(&counted.text(), start, &Zone::utc());
        prop_assert!(counted.iter().eq(all.iter().take(count)));
        if let Some(end) = all.iter().nth(n) {
            let text = format!("{};UNTIL={}", endless.text(), end.format("%Y%m%dT%H%M%SZ"));
            let ended = anchored(&text, start, &Zone::utc());
            prop_assert_eq!(ended.iter().next_back(), Some(end));
            prop_assert_eq!(ended.iter().count(), n + 1);
        }
    }
}
