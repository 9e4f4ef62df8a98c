//! What the business configured: one validated value.
//!
//! ```
//! use aftercare::prelude::*;
//! use chrono::TimeDelta;
//!
//! let hours = BusinessHours::weekdays("UTC", "09:00", "18:00")?;
//! let reply = Target::first_response(TimeDelta::hours(4)).in_hours_of(code!("support"));
//! let rulebook = RulebookSpec::new()
//!     .with_calendar(code!("support"), hours)
//!     .with_policy(Policy::new(code!("standard"), 1).promising(reply))
//!     .build(SecretKey::new(*b"a secret of ours"))?;
//! # let _ = rulebook;
//! # Ok::<(), aftercare::kernel::Problems>(())
//! ```

mod reactions;
mod references;
mod rewards;

pub use self::reactions::{Conditions, Reaction, Response, Trigger};

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use self::references::Known;
use crate::calendar::{BusinessHours, BusinessHoursSpec};
use crate::case::CasePolicy;
use crate::customer::CustomerPolicy;
use crate::kernel::{Access, AccessSpec, Code, Digest, MessageId, Problem, Problems, SecretKey};
use crate::loyalty::{Programme, ProgrammeSpec};
use crate::order::OrderPolicy;
use crate::service::{PlanTerms, ServicePolicy};
use crate::sla::{Policies, Policy};
use crate::survey::{SurveyPolicy, SurveyProgramme};
use crate::warranty::WarrantyPolicy;

/// How messages are handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RelayPolicy {
    /// How often handing over is tried before the message is dead.
    pub attempts: u32,
    /// How long to wait after the first failure, in milliseconds; each further failure doubles it.
    pub first_wait_ms: u32,
    /// The longest wait, in milliseconds.
    pub longest_wait_ms: u32,
    /// How long one worker keeps a bucket, or the feed, to itself, in milliseconds. It must exceed the
    /// time that one call of `relay` or `follow` takes, and what the workers' clocks differ by.
    pub lease_ms: u32,
}

impl Default for RelayPolicy {
    /// 12 attempts; waits from 5 seconds to 1 hour; a lease of 5 minutes.
    fn default() -> Self {
        Self {
            attempts: 12,
            first_wait_ms: 5_000,
            longest_wait_ms: 3_600_000,
            lease_ms: 300_000,
        }
    }
}

impl RelayPolicy {
    /// How long `message` waits after this many failures: [`wait`](Self::wait), less up to a quarter that
    /// depends on the message, so that what failed together does not come back together.
    #[must_use]
    pub fn wait_of(&self, message: MessageId, failures: u32) -> TimeDelta {
        let wait = self.wait(failures).num_milliseconds();
        let hash = Digest::public()
            .with_u128(message.as_u128())
            .with_u128(failures.into())
            .finish();
        let share = i64::try_from(hash % 1024).unwrap_or(0);
        let less = (wait / 4).saturating_mul(share) / 1024;
        TimeDelta::milliseconds(wait.saturating_sub(less))
    }

    /// How long to wait after this many failures: doubling, up to the longest wait.
    #[must_use]
    pub fn wait(&self, failures: u32) -> TimeDelta {
        let doublings = failures.saturating_sub(1).min(31);
        let wait = u64::from(self.first_wait_ms) << doublings;
        let wait = wait.min(u64::from(self.longest_wait_ms));
        TimeDelta::milliseconds(i64::try_from(wait).unwrap_or(i64::MAX))
    }
}

/// What the business configures, as data.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RulebookSpec {
    /// Roles and what each may do.
    pub access: AccessSpec,
    /// How messages are handed over.
    pub relay: RelayPolicy,
    /// How customers are looked after.
    pub customer: CustomerPolicy,
    /// Whether the journal is kept as a feed for followers.
    pub feed: bool,
    /// Calendars by name and revision. Running clocks keep to the revision they began with, so keep old
    /// ones for as long as cases run on them.
    pub calendars: BTreeMap<Code, BTreeMap<u32, BusinessHoursSpec>>,
    /// What is promised about time, and to which cases.
    pub sla: Vec<Policy>,
    /// Statuses, priorities, reopening and handing over.
    pub cases: CasePolicy,
    /// Promises of delivery, notices, cancelling.
    pub orders: OrderPolicy,
    /// Loyalty programmes.
    pub loyalty: Vec<ProgrammeSpec>,
    /// What follows from what happens, in this order.
    pub reactions: Vec<Reaction>,
    /// Plans of service, and when customers are not written to.
    pub service: ServicePolicy,
    /// What is under warranty, and what the law adds.
    pub warranty: WarrantyPolicy,
    /// What customers are asked, and how often.
    pub surveys: SurveyPolicy,
}

impl RulebookSpec {
    /// The library's defaults: no calendar and no promise yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With a calendar: its first revision, or the next one when there is one of this name.
    #[must_use]
    pub fn with_calendar(mut self, name: Code, hours: impl Into<BusinessHoursSpec>) -> Self {
        let revisions = self.calendars.entry(name).or_default();
        let last = revisions.last_key_value().map_or(0, |(last, _)| *last);
        revisions.insert(last.saturating_add(1), hours.into());
        self
    }

    /// With one more thing that follows from what happens.
    #[must_use]
    pub fn with_reaction(mut self, reaction: Reaction) -> Self {
        self.reactions.push(reaction);
        self
    }

    /// With one more set of promises.
    #[must_use]
    pub fn with_policy(mut self, policy: Policy) -> Self {
        self.sla.push(policy);
        self
    }

    /// With one more loyalty programme.
    #[must_use]
    pub fn with_programme(mut self, programme: ProgrammeSpec) -> Self {
        self.loyalty.push(programme);
        self
    }

    /// With one more programme of surveys.
    #[must_use]
    pub fn with_survey(mut self, programme: SurveyProgramme) -> Self {
        self.surveys.programmes.push(programme);
        self
    }

    /// Leaving a person alone for this long after an invitation to any survey; a span below zero is none.
    #[must_use]
    pub fn with_survey_throttle(mut self, span: TimeDelta) -> Self {
        self.surveys.throttle_ms = u64::try_from(span.num_milliseconds()).ok();
        self
    }

    /// With a plan of service that customers can have.
    #[must_use]
    pub fn with_plan(mut self, name: Code, terms: PlanTerms) -> Self {
        self.service.plans.insert(name, terms);
        self
    }

    /// [`Rulebook::try_new`].
    ///
    /// # Errors
    /// [`Problems`] with everything that is wrong, each with its path.
    pub fn build(self, secret: SecretKey) -> Result<Rulebook, Problems> {
        Rulebook::try_new(self, secret)
    }
}

/// What the business configured, checked as a whole.
#[derive(Clone, Debug)]
pub struct Rulebook {
    spec: RulebookSpec,
    secret: SecretKey,
    access: Access,
    calendars: BTreeMap<Code, BTreeMap<u32, BusinessHours>>,
    sla: Policies,
    programmes: Vec<Programme>,
}

impl Rulebook {
    /// The rulebook of this data. `secret` is the key under which texts are hashed for indexes; keep it
    /// with your other secrets and never change it.
    ///
    /// # Errors
    /// [`Problems`] with everything that is wrong, each with its path.
    pub fn try_new(spec: RulebookSpec, secret: SecretKey) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        let mut gather = |path: &str, found: Problems| {
            problems.extend(found.into_iter().map(|problem| problem.within(path)));
        };
        let access = Access::try_new(spec.access.clone())
            .map_err(|found| gather("access", found))
            .ok();
        let mut calendars = BTreeMap::<Code, BTreeMap<u32, BusinessHours>>::new();
        for (name, revisions) in &spec.calendars {
            if revisions.is_empty() {
                let empty = Problem::new("", "calendar.no_revision", name);
                gather(&format!("calendars.{name}"), empty.into());
            }
            for (revision, hours) in revisions {
                match BusinessHours::try_from(hours.clone()) {
                    Ok(hours) => {
                        let revisions = calendars.entry(name.clone()).or_default();
                        revisions.insert(*revision, hours);
                    }
                    Err(found) => gather(&format!("calendars.{name}.{revision}"), found),
                }
            }
        }
        let sla = match Policies::try_new(spec.sla.clone()) {
            Ok(policies) => policies,
            Err(found) => {
                gather("sla", found);
                Policies::default()
            }
        };
        let mut programmes = Vec::<Programme>::with_capacity(spec.loyalty.len());
        for (n, programme) in spec.loyalty.iter().enumerate() {
            let path = format!("loyalty[{n}]");
            let name = &programme.name;
            if programmes.iter().any(|known| known.name() == name) {
                let again = Problem::new("name", "loyalty.programme_repeated", name);
                gather(&path, again.into());
            }
            match Programme::try_new(programme.clone()) {
                Ok(programme) => programmes.push(programme),
                Err(found) => gather(&path, found),
            }
        }
        let known = Known {
            calendars: &spec.calendars,
            cases: &spec.cases,
            tiers: &spec.customer.tiers,
        };
        for problem in known.unknown_in(&spec.sla) {
            gather("sla", problem.into());
        }
        for problem in spec.cases.problems() {
            gather("cases", problem.into());
        }
        for problem in spec.orders.problems() {
            gather("orders", problem.into());
        }
        for problem in reactions::problems(&spec) {
            gather("reactions", problem.into());
        }
        let has_calendar = |name: &Code| spec.calendars.contains_key(name);
        for problem in spec.warranty.problems(has_calendar) {
            gather("warranty", problem.into());
        }
        let has_priority = |name: &Code| spec.cases.priorities.contains(name);
        for problem in spec.surveys.problems(has_priority, has_calendar) {
            gather("surveys", problem.into());
        }
        if let Err(found) = spec.customer.check() {
            gather("customer", found);
        }
        if spec.relay.attempts == 0 {
            problems.push(Problem::new("relay.attempts", "relay.no_attempts", 0));
        }
        if spec.relay.first_wait_ms == 0 {
            problems.push(Problem::new("relay.first_wait_ms", "relay.no_wait", 0));
        }
        if spec.relay.lease_ms == 0 {
            problems.push(Problem::new("relay.lease_ms", "relay.no_lease", 0));
        }
        let has_calendar = |name: &Code| spec.calendars.contains_key(name);
        let found = spec.service.problems(has_calendar).into_iter();
        problems.extend(found.map(|problem| problem.within("service")));
        problems.extend(rewards::problems(&spec));
        Problems::check(problems)?;
        Ok(Self {
            secret,
            access: access.unwrap_or_default(),
            calendars,
            sla,
            programmes,
            spec,
        })
    }

    /// The library's defaults.
    #[must_use]
    pub fn standard(secret: SecretKey) -> Self {
        Self {
            spec: RulebookSpec::default(),
            secret,
            access: Access::default(),
            calendars: BTreeMap::new(),
            sla: Policies::default(),
            programmes: Vec::new(),
        }
    }

    /// Plans of service, and when customers are not written to.
    #[must_use]
    pub const fn service(&self) -> &ServicePolicy {
        &self.spec.service
    }

    /// Calendars by name and revision.
    #[must_use]
    pub const fn calendars(&self) -> &BTreeMap<Code, BTreeMap<u32, BusinessHours>> {
        &self.calendars
    }

    /// What is promised about time, and to which cases.
    #[must_use]
    pub const fn sla(&self) -> &Policies {
        &self.sla
    }

    /// Statuses, priorities, reopening and handing over.
    #[must_use]
    pub const fn cases(&self) -> &CasePolicy {
        &self.spec.cases
    }

    /// Promises of delivery, notices, cancelling.
    #[must_use]
    pub const fn orders(&self) -> &OrderPolicy {
        &self.spec.orders
    }

    /// The loyalty programmes.
    #[must_use]
    pub fn programmes(&self) -> &[Programme] {
        &self.programmes
    }

    /// The loyalty programme of this name.
    ///
    /// # Errors
    /// [`UnknownProgramme`](crate::loyalty::Refusal::UnknownProgramme).
    pub fn programme(&self, name: &Code) -> Result<&Programme, crate::loyalty::Refusal> {
        let mut known = self.programmes.iter();
        let found = known.find(|programme| programme.name() == name);
        found.ok_or_else(|| crate::loyalty::Refusal::UnknownProgramme {
            programme: name.clone(),
        })
    }

    /// What follows from what happens, in this order.
    #[must_use]
    pub fn reactions(&self) -> &[Reaction] {
        &self.spec.reactions
    }

    /// What is under warranty, and what the law adds.
    #[must_use]
    pub const fn warranty(&self) -> &WarrantyPolicy {
        &self.spec.warranty
    }

    /// What customers are asked, and how often.
    #[must_use]
    pub const fn surveys(&self) -> &SurveyPolicy {
        &self.spec.surveys
    }

    /// Who may do what.
    #[must_use]
    pub const fn access(&self) -> &Access {
        &self.access
    }

    /// The key under which texts are hashed.
    #[must_use]
    pub const fn secret(&self) -> &SecretKey {
        &self.secret
    }

    /// How messages are handed over.
    #[must_use]
    pub const fn relay(&self) -> &RelayPolicy {
        &self.spec.relay
    }

    /// How customers are looked after.
    #[must_use]
    pub const fn customer(&self) -> &CustomerPolicy {
        &self.spec.customer
    }

    /// Whether the journal is kept as a feed for followers.
    #[must_use]
    pub const fn feed(&self) -> bool {
        self.spec.feed
    }

    /// The data it was made from.
    #[must_use]
    pub const fn spec(&self) -> &RulebookSpec {
        &self.spec
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code;

    #[test]
    fn waits_double_up_to_a_bound_and_differ_from_message_to_message() {
        let policy = RelayPolicy::default();
        let waits: Vec<_> = [1, 2, 3, 11, 40]
            .map(|n| policy.wait(n).num_seconds())
            .into();
        assert_eq!(waits, [5, 10, 20, 3_600, 3_600]);
        for failures in 1..20 {
            let whole = policy.wait(failures);
            let mut seen = std::collections::BTreeSet::new();
            for id in 0..50 {
                let id = MessageId::from_u128(id);
                let wait = policy.wait_of(id, failures);
                assert_eq!(wait, policy.wait_of(id, failures));
                assert!(wait <= whole && wait >= whole * 3 / 4);
                seen.insert(wait);
            }
            assert!(seen.len() > 40);
        }
    }

    #[test]
    fn a_second_calendar_of_a_name_is_its_next_revision() {
        let hours = |to| BusinessHours::weekdays("UTC", "09:00", to).unwrap();
        let spec = RulebookSpec::new()
            .with_calendar(code!("support"), hours("17:00"))
            .with_calendar(code!("support"), hours("18:00"))
            .with_calendar(code!("field"), hours("16:00"));
        let revisions = |name| spec.calendars.get(&name).unwrap().keys().copied();
        assert!(revisions(code!("support")).eq([1, 2]));
        assert!(revisions(code!("field")).eq([1]));
        assert!(spec.build(SecretKey::new([7; 16])).is_ok());
    }
}
