//! What holds whatever happens, in whatever order.

use std::collections::{BTreeMap, BTreeSet};

use aftercare::code;
use aftercare::customer::{GiveConsent, MergeCustomers, WithdrawConsent};
use aftercare::prelude::ReopenCase;
use aftercare::survey::*;
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::*;

const THROTTLE: TimeDelta = TimeDelta::days(2);

fn rules() -> RulebookSpec {
    let mut spec = asking(after_case());
    spec.surveys.throttle_ms = u64::try_from(THROTTLE.num_milliseconds()).ok();
    spec
}

/// Three people, some of whom turn out to be one, and what they were sent.
struct Town {
    people: Vec<CustomerId>,
    merged: BTreeMap<CustomerId, DateTime<Utc>>,
    tokens: Vec<SurveyToken>,
}

impl Town {
    fn of(world: &World) -> Self {
        let people = (0..3).map(|n| reachable(world, &format!("p{n}@example.com")));
        Self {
            people: people.collect(),
            merged: BTreeMap::new(),
            tokens: Vec::new(),
        }
    }

    /// Who somebody was known to be at an instant.
    fn person(&self, record: CustomerId, at: DateTime<Utc>) -> CustomerId {
        match self.merged.get(&record) {
            Some(since) if *since <= at => self.people[0],
            _ => record,
        }
    }

    /// One thing that happens; what cannot be done is not.
    fn act(&mut self, world: &World, step: (u8, usize, u32)) {
        let (what, which, minutes) = step;
        world.wait(TimeDelta::minutes(minutes.into()));
        let person = self.people[which % self.people.len()];
        let token = self.tokens.get(which % self.tokens.len().max(1)).copied();
        let purpose = code!("survey");
        match (what, token) {
            (0..=2, _) => {
                solved(world, person);
            }
            (3, _) => {
                let last = surveys(world, person).pop();
                if let Some(Subject::Case(case)) = last.map(|survey| survey.plan.about) {
                    let reason = code!("again");
                    let is_open = world.try_run(ReopenCase { case, reason }).is_ok();
                    if is_open && which % 2 == 0 {
                        solve(world, case);
                    }
                }
            }
            (4, _) => {
                let _ = world.try_run(WithdrawConsent::new(person, purpose, code!("letter")));
            }
            (5, _) => {
                let _ = world.try_run(GiveConsent::new(person, purpose, code!("letter")));
            }
            (6, _) => {
                let (survivor, merged) = (self.people[0], person);
                if world.try_run(MergeCustomers { survivor, merged }).is_ok() {
                    self.merged.insert(merged, world.now());
                }
            }
            (7..=9, Some(token)) => {
                let score = u8::try_from(which % 7).unwrap();
                let _ = world.try_run(AnswerSurvey::new(token, score));
            }
            (10, Some(token)) => {
                let score = u8::try_from(which % 7).ok();
                let _ = world.try_run(FollowSurveyLink { token, score });
            }
            (11, Some(token)) => {
                let survey = token.survey();
                let reason = code!("mistake");
                let _ = world.try_run(CallOffSurvey { survey, reason });
            }
            (12, Some(token)) => {
                let stages = [
                    FollowUpStage::Contacted,
                    FollowUpStage::CustomerTold,
                    FollowUpStage::Closed,
                ];
                let (survey, to) = (token.survey(), stages[which % 3]);
                let _ = world.try_run(AdvanceFollowUp { survey, to });
            }
            _ => {
                wake(world);
                let sent = relay(world);
                self.tokens.extend(sent.iter().filter_map(|it| it.survey));
            }
        }
    }
}

/// How often each kind of thing happened to a survey.
fn counts(world: &World, survey: SurveyId) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for event in story(world, survey) {
        let value = serde_json::to_value(&event).unwrap();
        let name = value.as_object().unwrap().keys().next().unwrap().clone();
        *counts.entry(name).or_insert(0) += 1;
    }
    counts
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn nobody_is_asked_twice_at_once_or_about_one_thing_and_nobody_answers_twice(
        steps in prop::collection::vec((0_u8..18, 0_usize..60, 0_u32..3_000), 1..60)
    ) {
        let world = World::with(rules());
        let mut town = Town::of(&world);
        for step in steps {
            town.act(&world, step);
        }
        world.assert_told();
        let mut sent: Vec<(DateTime<Utc>, CustomerId)> = Vec::new();
        let mut seen = BTreeSet::new();
        for person in &town.people {
            let own = surveys(&world, *person);
            for survey in own.iter().filter(|survey| seen.insert(survey.id)) {
                let counts = counts(&world, survey.id);
                for once in ["invited", "skipped", "reminded", "answered", "follow_up_opened", "follow_up_late", "expired"] {
                    let count = counts.get(once).copied().unwrap_or(0);
                    prop_assert!(count <= 1, "{} {}", count, once);
                }
                let was_invited = survey.invited_at.is_some();
                prop_assert!(was_invited || (survey.answer.is_none() && survey.follow_up.is_none()));
                prop_assert!(!was_invited || survey.status != SurveyStatus::Skipped);
                if let Some(answer) = &survey.answer {
                    prop_assert!(answer.given_at <= survey.expires_at.unwrap());
                    let is_bad = survey.follow_up.is_some();
                    prop_assert!(is_bad || answer.score > 2, "a bad answer is followed up");
                }
                if let Some(follow_up) = &survey.follow_up {
                    let is_closed = follow_up.stage == FollowUpStage::Closed;
                    prop_assert_eq!(is_closed, follow_up.closed_at.is_some());
                }
                sent.extend(survey.invited_at.map(|at| (at, survey.plan.customer)));
            }
        }
        sent.sort_unstable();
        for (n, (later, two)) in sent.iter().enumerate() {
            for (earlier, one) in &sent[..n] {
                let is_same = town.person(*one, *later) == town.person(*two, *later);
                prop_assert!(!is_same || *later - *earlier > THROTTLE, "asked twice too soon");
            }
        }
    }
}
