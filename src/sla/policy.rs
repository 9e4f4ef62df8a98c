//! Which promises apply: policies, and the choice among them.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::target::Target;
use crate::kernel::{Code, Problem, Problems};

/// A set of promises and the cases they apply to.
///
/// ```
/// use aftercare::code;
/// use aftercare::sla::{Aspect, Metric, Policy, Target, TimeBase};
/// use chrono::TimeDelta;
///
/// let gold = Policy::new(code!("gold"), 1)
///     .when(Aspect::CustomerTier, [code!("gold")])
///     .promising(Target::new(code!("reply"), Metric::FirstResponse, TimeDelta::hours(1), TimeBase::Calendar));
/// assert!(gold.problems().is_empty());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Its name, unique among policies.
    pub name: Code,
    /// Raised whenever anything about the policy changes; clocks remember the one they were made from.
    pub revision: u32,
    /// Policies are tried from the lowest rank up, and by name within a rank.
    #[serde(default)]
    pub rank: u32,
    /// One policy is chosen for each group, so that several clocks can run side by side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<Code>,
    /// What a case must be like; all of them, and any case when there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
    /// The promises.
    pub targets: Vec<Arc<Target>>,
}

/// What a condition looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Aspect {
    /// The channel the case came in by.
    Channel,
    /// The priority.
    Priority,
    /// The tier of the customer.
    CustomerTier,
    /// The category of the matter.
    Category,
    /// The product.
    Product,
    /// The contract.
    Contract,
    /// How bad the complaint is; a case that is no complaint has none.
    Complaint,
}

/// One thing a case must be like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// What is looked at.
    pub aspect: Aspect,
    /// Any of these will do; anything will when there are none.
    pub any_of: Vec<Code>,
}

/// What a case is like, as far as policies ask.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The channel the case came in by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Code>,
    /// The priority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Code>,
    /// The tier of the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_tier: Option<Code>,
    /// The category of the matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Code>,
    /// The product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<Code>,
    /// The contract.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<Code>,
    /// How bad the complaint is, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complaint: Option<Code>,
}

impl Subject {
    /// What it is in one respect.
    #[must_use]
    pub const fn get(&self, aspect: Aspect) -> Option<&Code> {
        match aspect {
            Aspect::Channel => &self.channel,
            Aspect::Priority => &self.priority,
            Aspect::CustomerTier => &self.customer_tier,
            Aspect::Category => &self.category,
            Aspect::Product => &self.product,
            Aspect::Contract => &self.contract,
            Aspect::Complaint => &self.complaint,
        }
        .as_ref()
    }
}

/// What became of a policy in a choice, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Considered {
    /// The policy.
    pub policy: Code,
    /// Its revision.
    pub revision: u32,
    /// Its group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<Code>,
    /// What became of it.
    pub verdict: Verdict,
}

/// What became of a policy in a choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verdict {
    /// It applies: every condition held, and nothing in its group came before it.
    Chosen,
    /// Every condition held, but this policy of the same group came before it.
    ComesAfter(Code),
    /// These conditions did not hold.
    DoesNotMatch(Vec<Mismatch>),
}

/// A condition that did not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mismatch {
    /// What was looked at.
    pub aspect: Aspect,
    /// What would have done.
    pub wanted: Vec<Code>,
    /// What it was; absent when the case says nothing about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub got: Option<Code>,
}

/// The policies that apply to a case, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice<'a> {
    /// The policies that apply, at most one for each group.
    pub chosen: Vec<&'a Policy>,
    /// What became of every policy, in the order they were tried.
    pub considered: Vec<Considered>,
}

impl Policy {
    /// A policy for every case, without promises yet.
    #[must_use]
    pub const fn new(name: Code, revision: u32) -> Self {
        Self {
            name,
            revision,
            rank: 0,
            group: None,
            conditions: Vec::new(),
            targets: Vec::new(),
        }
    }

    /// Tried at this rank; the lowest comes first.
    #[must_use]
    pub const fn with_rank(mut self, rank: u32) -> Self {
        self.rank = rank;
        self
    }

    /// Chosen beside those of other groups.
    #[must_use]
    pub fn in_group(mut self, group: Code) -> Self {
        self.group = Some(group);
        self
    }

    /// Only for cases of which this is true.
    #[must_use]
    pub fn when(mut self, aspect: Aspect, any_of: impl Into<Vec<Code>>) -> Self {
        let any_of = any_of.into();
        self.conditions.push(Condition { aspect, any_of });
        self
    }

    /// With one more promise.
    #[must_use]
    pub fn promising(mut self, target: Target) -> Self {
        self.targets.push(Arc::new(target));
        self
    }

    /// The conditions that do not hold for a case.
    #[must_use]
    pub fn mismatches(&self, subject: &Subject) -> Vec<Mismatch> {
        let fails = |condition: &&Condition| {
            let got = subject.get(condition.aspect);
            !condition.any_of.is_empty() && got.is_none_or(|got| !condition.any_of.contains(got))
        };
        let mismatch = |condition: &Condition| Mismatch {
            aspect: condition.aspect,
            wanted: condition.any_of.clone(),
            got: subject.get(condition.aspect).cloned(),
        };
        self.conditions.iter().filter(fails).map(mismatch).collect()
    }

    /// Everything that is wrong with it, with paths from the policy.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        let mut names = BTreeSet::new();
        let mut clocks = BTreeSet::new();
        for (n, target) in self.targets.iter().enumerate() {
            let path = format!("targets[{n}]");
            found.extend(target.problems().into_iter().map(|p| p.within(&path)));
            if !names.insert(&target.name) {
                let path = format!("{path}.name");
                found.push(Problem::new(path, "sla.target_repeated", &target.name));
            }
            if !clocks.insert((target.metric, target.origin)) {
                let facts = format!("a second target for {:?}", target.metric);
                let path = format!("{path}.metric");
                found.push(Problem::new(path, "sla.metric_repeated", facts));
            }
        }
        found
    }
}

/// Policies in the order they are tried.
///
/// Read from data and made by [`Policies::try_new`] they are checked; every problem is reported.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Policy>", into = "Vec<Policy>")]
pub struct Policies(Arc<[Policy]>);

impl Policies {
    /// Policies, checked and put in order.
    ///
    /// # Errors
    /// Every [`Problem`] with its path: `sla.bad_duration`, `sla.pause_when_done`,
    /// `sla.reopen_does_not_apply`, `sla.too_many_steps`, `sla.step_repeated`, `sla.bad_offset`,
    /// `sla.step_does_nothing`, `sla.target_repeated`, `sla.metric_repeated`, `sla.policy_repeated`.
    pub fn try_new(mut policies: Vec<Policy>) -> Result<Self, Problems> {
        let mut found = Vec::new();
        let mut names = BTreeSet::new();
        for (n, policy) in policies.iter().enumerate() {
            let path = format!("[{n}]");
            found.extend(policy.problems().into_iter().map(|p| p.within(&path)));
            if !names.insert(&policy.name) {
                let path = format!("{path}.name");
                found.push(Problem::new(path, "sla.policy_repeated", &policy.name));
            }
        }
        Problems::check(found)?;
        policies.sort_by(|a, b| (a.rank, &a.name).cmp(&(b.rank, &b.name)));
        Ok(Self(policies.into()))
    }

    /// The policies in the order they are tried.
    pub fn iter(&self) -> std::slice::Iter<'_, Policy> {
        self.0.iter()
    }

    /// The policies that apply to a case: the first match by rank, then name, in each group.
    #[must_use]
    pub fn choose(&self, subject: &Subject) -> Choice<'_> {
        let mut chosen: Vec<&Policy> = Vec::new();
        let mut considered = Vec::with_capacity(self.0.len());
        for policy in self.iter() {
            let mismatches = policy.mismatches(subject);
            let before = chosen.iter().find(|first| first.group == policy.group);
            let verdict = if !mismatches.is_empty() {
                Verdict::DoesNotMatch(mismatches)
            } else if let Some(first) = before {
                Verdict::ComesAfter(first.name.clone())
            } else {
                chosen.push(policy);
                Verdict::Chosen
            };
            considered.push(Considered {
                policy: policy.name.clone(),
                revision: policy.revision,
                group: policy.group.clone(),
                verdict,
            });
        }
        Choice { chosen, considered }
    }
}

impl TryFrom<Vec<Policy>> for Policies {
    type Error = Problems;
    fn try_from(policies: Vec<Policy>) -> Result<Self, Problems> {
        Self::try_new(policies)
    }
}

impl From<Policies> for Vec<Policy> {
    fn from(policies: Policies) -> Self {
        policies.0.to_vec()
    }
}

impl<'a> IntoIterator for &'a Policies {
    type Item = &'a Policy;
    type IntoIter = std::slice::Iter<'a, Policy>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}
