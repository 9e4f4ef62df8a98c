//! Laws that hold for every term, repair and history.

use proptest::prelude::*;

use super::*;
use crate::kernel::{BasisPoints, Code};

fn date() -> impl Strategy<Value = NaiveDate> {
    (0..3_000i64).prop_map(|days| on("2020-01-01") + chrono::TimeDelta::days(days))
}

fn spells() -> impl Strategy<Value = Vec<Spell>> {
    let one = (date(), prop::option::of(0..60i64)).prop_map(|(from, days)| {
        Spell::new(from, days.map(|days| from + chrono::TimeDelta::days(days)))
    });
    prop::collection::vec(one, 0..6)
}

fn extends() -> impl Strategy<Value = Extends> {
    let once = prop::option::of(1..24u32);
    (any::<bool>(), any::<bool>(), once, any::<bool>()).prop_map(
        |(days_in_repair, return_day_counts, months_once, while_open)| Extends {
            days_in_repair,
            return_day_counts,
            months_once,
            while_open,
            recheck_days: None,
        },
    )
}

fn length() -> impl Strategy<Value = Length> {
    prop_oneof![
        (1..1_500u32).prop_map(Length::Days),
        (1..60u32).prop_map(Length::Months),
        (1..6u32).prop_map(Length::Years),
        date().prop_map(Length::Until),
        Just(Length::Lifetime),
    ]
}

fn word(n: u8) -> Code {
    format!("w{n}").parse().unwrap()
}

fn clause() -> impl Strategy<Value = Clause> {
    let words = || prop::collection::btree_set((0..3u8).prop_map(word), 0..2);
    let benefit = (0..=100u16, prop::option::of(length())).prop_map(|(percent, lasts)| Benefit {
        share: BasisPoints::from_percent(percent),
        lasts,
    });
    let item = prop::sample::select(Item::ALL.to_vec());
    let pays = prop::collection::btree_map(item, benefit, 1..4);
    (words(), words(), pays).prop_map(|(components, causes, pays)| Clause {
        name: word(9),
        scope: Scope { components, causes },
        pays,
    })
}

fn contract() -> impl Strategy<Value = Contract> {
    let clauses = prop::collection::vec(clause(), 1..4);
    (length(), clauses, date(), extends()).prop_map(|(lasts, covers, start, extends)| {
        let term = Term::new(word(8), TermKind::Retailer, lasts).covering(covers);
        Contract::new(term, &dates(&start.to_string(), &[])).extended_by(extends)
    })
}

/// Day by day: the days on which the unit is in repair, of repairs that began while the term ran.
fn slow_end(base: NaiveDate, spells: &[Spell], on: NaiveDate) -> NaiveDate {
    let in_repair = |day: NaiveDate, end: NaiveDate| {
        spells.iter().any(|spell| {
            spell.from <= end && spell.from <= day && spell.to.unwrap_or(on).min(on) > day
        })
    };
    let mut end = base;
    loop {
        let days = spells.iter().map(|spell| spell.from).min();
        let days = days.into_iter().flat_map(|first| first.iter_days());
        let count = days
            .take_while(|day| *day < on)
            .filter(|day| in_repair(*day, end))
            .count();
        let next = base + chrono::TimeDelta::days(count.try_into().unwrap());
        if next == end {
            return end;
        }
        end = next;
    }
}

fn history() -> impl Strategy<Value = History> {
    (0..4u32, 0..8u32, 0..8u32, any::<[bool; 8]>()).prop_map(
        |(repairs, faults_in_year, more, flags)| {
            let [
                waiting,
                overdue,
                replacement_overdue,
                irreparable,
                refused,
                serious,
                minor,
                reject_in_time,
            ] = flags;
            History {
                repairs,
                faults_in_year,
                faults_in_term: faults_in_year + more,
                same_fault_in_year: faults_in_year.min(2),
                chosen: None,
                waiting,
                overdue,
                replacement_overdue,
                irreparable,
                refused,
                refused_remedies: [].into(),
                serious,
                minor,
                reject_in_time,
            }
        },
    )
}

/// Found once in some thousand histories: sixteen months from the end of October end with February.
#[test]
fn an_earlier_repair_does_not_shorten_a_term_at_a_months_end() {
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let extends = Extends {
        days_in_repair: true,
        months_once: Some(16),
        ..Extends::default()
    };
    let spell = |from: &str, to| Spell {
        from: day(from),
        to,
        component: None,
        given_up_on: None,
    };
    let open = spell("2022-06-26", None);
    let short = spell("2020-01-01", Some(day("2020-01-01")));
    let (base, today) = (day("2024-10-29"), day("2026-12-27"));
    let (end, _) = extends.end(base, std::slice::from_ref(&open), today);
    let (with_both, _) = extends.end(base, &[open, short], today);
    assert_eq!(with_both, end);
    assert_eq!(end, day("2026-02-28") + chrono::TimeDelta::days(1_645));
}

proptest! {
    #[test]
    fn repairs_never_shorten_a_term(
        base in date(), spells in spells(), more in spells(), extends in extends(), today in date(),
    ) {
        let (end, _) = extends.end(base, &spells, today);
        prop_assert!(end >= base);
        let all: Vec<_> = spells.iter().chain(&more).cloned().collect();
        prop_assert!(extends.end(base, &all, today).0 >= end);
    }

    #[test]
    fn time_never_takes_an_extension_back(
        base in date(), spells in spells(), extends in extends(), one in date(), two in date(),
    ) {
        let (early, late) = (one.min(two), one.max(two));
        let (before, _) = extends.end(base, &spells, early);
        prop_assert!(extends.end(base, &spells, late).0 >= before);
    }

    #[test]
    fn days_in_repair_are_counted_once_as_day_by_day(
        base in date(), spells in spells(), today in date(),
    ) {
        let extends = Extends { days_in_repair: true, ..Extends::default() };
        let (end, extension) = extends.end(base, &spells, today);
        prop_assert_eq!(end, slow_end(base, &spells, today));
        prop_assert_eq!(i64::from(extension.days), (end - base).num_days());
    }

    #[test]
    fn the_order_of_repairs_does_not_matter(
        base in date(), spells in spells(), extends in extends(), today in date(),
    ) {
        let mut reversed = spells.clone();
        reversed.reverse();
        prop_assert_eq!(extends.end(base, &spells, today), extends.end(base, &reversed, today));
    }

    #[test]
    fn more_in_a_term_never_covers_less(
        contract in contract(), more in clause(), today in date(), spells in spells(),
        component in prop::option::of((0..3u8).prop_map(word)),
        cause in prop::option::of((0..3u8).prop_map(word)),
    ) {
        let situation = Situation {
            component: component.as_ref(),
            cause: cause.as_ref(),
            spells: &spells,
            ..Situation::on(today)
        };
        let judge = |contract: &Contract| coverage(std::slice::from_ref(contract), &situation);
        let before = judge(&contract);
        let mut wider = contract.clone();
        wider.term.covers.push(more);
        let mut longer = contract.clone();
        longer.term.lasts = Length::Lifetime;
        for more in [judge(&wider), judge(&longer)] {
            prop_assert!(more.verdict >= before.verdict);
            for item in Item::ALL {
                prop_assert!(more.shares.of(item) >= before.shares.of(item));
            }
        }
        let two = coverage(&[contract, wider], &situation);
        prop_assert!(two.verdict >= before.verdict);
        let mut narrower = longer;
        narrower.term = narrower.term.up_to_usage(word(7), 10).not_transferable();
        prop_assert!(judge(&narrower).verdict <= Verdict::Covered);
    }

    #[test]
    fn a_decision_about_a_day_is_the_same_on_every_day_of_the_term(
        contract in contract(), one in date(),
    ) {
        let last = contract.end(&[], one).and_then(|end| end.last_day);
        let judgement = coverage(&[contract], &Situation::on(one)).judged.remove(0);
        prop_assert_eq!(judgement.remaining.last_day, last);
        if last.is_some_and(|last| last < one) {
            prop_assert_eq!(judgement.verdict, Verdict::Not);
        }
        prop_assert!(!judgement.reasons.is_empty());
    }

    #[test]
    fn remedies_do_not_disappear_by_waiting(history in history(), days in 0..400u32) {
        // Time makes a repair overdue and ends the time to reject; it changes nothing else.
        let mut later = history.clone();
        later.overdue = true;
        later.waiting = false;
        later.reject_in_time = history.reject_in_time && days < 30;
        for regime in regimes().0 {
            let now: Vec<_> = open_remedies(&regime.remedies, &history);
            let then = open_remedies(&regime.remedies, &later);
            for open in now {
                let is_left = then.iter().any(|it| it.remedy == open.remedy);
                // The regime says so of the right to hand goods back at once, and of nothing else.
                let is_dated = regime.reject.is_some() && open.by == ["short_term_reject"];
                prop_assert!(is_left || is_dated, "{} {:?}", regime.name, open);
            }
        }
    }
}
