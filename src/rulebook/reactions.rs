//! What follows from what happens, as data.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::RulebookSpec;
use crate::kernel::{Code, Money, Problem};
use crate::survey::SurveyPolicy;

/// What something can follow from. Each happens once to an order, but for returns, pieces that are called off and delays, or to a shipment of it, or to what
/// else it is said of. A delivery that turned out wrong ([`Milestone::NotDelivered`](crate::order::Milestone::NotDelivered))
/// and comes after all brings once more only what it brings to units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Trigger {
    /// An order was placed.
    OrderPlaced,
    /// An order was confirmed.
    OrderConfirmed,
    /// A shipment was delivered: some of an order, or all of it.
    ShipmentDelivered,
    /// The last of an order was delivered, or what had not come was called off.
    OrderDelivered,
    /// An order is overdue: what was promised ran out, and nothing says when it comes. Each time it becomes so.
    OrderOverdue,
    /// An order was called off. What then comes of it all the same brings nothing but what it brings to units.
    OrderCancelled,
    /// Pieces of an order were called off, and the rest was not: each time some were.
    PiecesCancelled,
    /// Pieces of an order that came back were made good: each time some were.
    ReturnSettled,
    /// A customer became known.
    CustomerRegistered,
    /// A customer referred another one.
    CustomerReferred,
    /// A customer registered a unit that they own.
    UnitRegistered,
    /// A customer was entered into a loyalty programme, by [`JoinProgramme`](crate::loyalty::JoinProgramme) and not by earning in it.
    ProgrammeJoined,
    /// A case is over: solved, anew after it was reopened, or called off. What follows from one that was called off is skipped.
    CaseSolved,
    /// A visit is done.
    VisitDone,
    /// A claim under a warranty is closed.
    ClaimClosed,
    /// A survey was answered for the first time.
    SurveyAnswered,
}

impl Trigger {
    /// The word for it in the [earn rules](crate::loyalty::EarnRule) of loyalty programmes, when it is something that a
    /// customer does: `registration`, `referral`, `product_registration`, `joining`, `survey`. Orders are purchases.
    #[must_use]
    pub const fn action(self) -> Option<Code> {
        let word = match self {
            Self::OrderPlaced
            | Self::OrderConfirmed
            | Self::ShipmentDelivered
            | Self::OrderDelivered
            | Self::OrderOverdue
            | Self::OrderCancelled
            | Self::PiecesCancelled
            | Self::ReturnSettled
            | Self::CaseSolved
            | Self::VisitDone
            | Self::ClaimClosed => return None,
            Self::CustomerRegistered => "registration",
            Self::CustomerReferred => "referral",
            Self::UnitRegistered => "product_registration",
            Self::ProgrammeJoined => "joining",
            Self::SurveyAnswered => "survey",
        };
        Some(Code::known(word))
    }

    /// Whether goods or money went back with it.
    pub(crate) const fn is_undoing(self) -> bool {
        matches!(
            self,
            Self::ReturnSettled | Self::OrderCancelled | Self::PiecesCancelled
        )
    }
}

/// For which orders, or for which deeds of customers, something follows; what is not said holds for all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Conditions {
    /// With at least one of these products; of a registration, of this product. What is done with units is done with those
    /// of these products only.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub products: BTreeSet<Code>,
    /// Of a customer of one of these tiers.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub tiers: BTreeSet<Code>,
    /// That come to at least this, in its currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_from: Option<Money>,
}

/// What follows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Response {
    /// The customer is told something, over the channel that they prefer for its purpose and as far as their consents
    /// allow: a survey, a hint for use.
    Tell {
        /// What it is for, such as `survey`; the customer's preferences and consents go by it.
        purpose: Code,
        /// Which template; the one of the purpose when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        template: Option<Code>,
        /// How long after it happened, in milliseconds.
        #[serde(default)]
        after_ms: u64,
    },
    /// A case is opened on the business's own account: a courtesy call, an installation to arrange.
    OpenCase {
        /// What it is about.
        topic: Code,
        /// The team that gets it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        team: Option<Code>,
        /// The priority; the rulebook's default when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        priority: Option<Code>,
    },
    /// The order, or what the customer did, brings points, once; what keeps it from that is in the journal.
    EarnPoints {
        /// In which loyalty programme.
        programme: Code,
    },
    /// What was bought came back, or is called off: the points that it brought are taken back in proportion, and those
    /// with which it was paid are given back, first. Such a payment is one whose reference is the
    /// [movement](crate::kernel::MovementId) by which the points were spent; with credit for the next purchase nothing is
    /// given back beside it. Where the programme blocks a return after spending, nothing is taken, and the next return
    /// makes up for it.
    TurnBackPoints {
        /// In which loyalty programme.
        programme: Code,
    },
    /// The customer is asked how it was, once about each order, case, visit or claim (and each time it is solved); what keeps them
    /// from being asked is in the journal.
    Survey {
        /// In which programme of surveys.
        programme: Code,
        /// How long after it happened, in milliseconds, on top of the delay of the programme.
        #[serde(default)]
        after_ms: u64,
    },
    /// The warranty of each unit that was delivered begins, with the law and the terms of the
    /// [`WarrantyPolicy`](crate::warranty::WarrantyPolicy). One that has begun only takes in the date of delivery, which
    /// it does without this, too.
    StartWarranty,
    /// A plan of service starts for each unit that was delivered, on the date of delivery; not for one that has it.
    StartPlan {
        /// By its name in the [`ServicePolicy`](crate::service::ServicePolicy).
        plan: Code,
    },
}

impl Response {
    /// Whether it is done with every unit by itself, so that it may be done again.
    pub(crate) const fn is_of_units(&self) -> bool {
        matches!(self, Self::StartWarranty | Self::StartPlan { .. })
    }
}

/// Something that follows from something that happens, in the same commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reaction {
    /// Its name, by which the journal tells of it.
    pub name: Code,
    /// From what it follows.
    pub on: Trigger,
    /// For which orders.
    #[serde(default)]
    pub only: Conditions,
    /// What follows.
    pub then: Response,
}

impl Reaction {
    /// The customer is told something for this purpose.
    #[must_use]
    pub fn tell(name: Code, on: Trigger, purpose: Code) -> Self {
        Self {
            name,
            on,
            only: Conditions::default(),
            then: Response::Tell {
                purpose,
                template: None,
                after_ms: 0,
            },
        }
    }

    /// A case on this topic is opened.
    #[must_use]
    pub fn open_case(name: Code, on: Trigger, topic: Code) -> Self {
        Self {
            name,
            on,
            only: Conditions::default(),
            then: Response::OpenCase {
                topic,
                team: None,
                priority: None,
            },
        }
    }

    /// What comes back of an order takes its points back, and gives back those with which it was paid.
    #[must_use]
    pub fn turn_back_points(name: Code, on: Trigger, programme: Code) -> Self {
        Self {
            name,
            on,
            only: Conditions::default(),
            then: Response::TurnBackPoints { programme },
        }
    }

    /// The order, or what the customer did, brings points in this loyalty programme.
    #[must_use]
    pub fn earn_points(name: Code, on: Trigger, programme: Code) -> Self {
        Self {
            name,
            on,
            only: Conditions::default(),
            then: Response::EarnPoints { programme },
        }
    }

    /// With each shipment the warranty of the units in it begins.
    #[must_use]
    pub fn start_warranty(name: Code) -> Self {
        Self {
            name,
            on: Trigger::ShipmentDelivered,
            only: Conditions::default(),
            then: Response::StartWarranty,
        }
    }

    /// With each shipment this plan of service starts for the units in it.
    #[must_use]
    pub fn start_plan(name: Code, plan: Code) -> Self {
        Self {
            name,
            on: Trigger::ShipmentDelivered,
            only: Conditions::default(),
            then: Response::StartPlan { plan },
        }
    }

    /// The customer is asked in this programme of surveys.
    #[must_use]
    pub fn survey(name: Code, on: Trigger, programme: Code) -> Self {
        Self {
            name,
            on,
            only: Conditions::default(),
            then: Response::Survey {
                programme,
                after_ms: 0,
            },
        }
    }

    /// So long after it happened, where that can wait: a message leaves then, and a customer is asked then and after the delay of the programme of
    /// surveys; all else happens at once. A span below zero is none.
    #[must_use]
    pub fn after(mut self, span: TimeDelta) -> Self {
        if let Response::Tell { after_ms, .. } | Response::Survey { after_ms, .. } = &mut self.then
        {
            *after_ms = u64::try_from(span.num_milliseconds()).unwrap_or(0);
        }
        self
    }

    /// Only for orders with this product, or another one named so.
    #[must_use]
    pub fn for_product(mut self, product: Code) -> Self {
        self.only.products.insert(product);
        self
    }

    /// Only for customers of this tier, or another one named so.
    #[must_use]
    pub fn for_tier(mut self, tier: Code) -> Self {
        self.only.tiers.insert(tier);
        self
    }
}

/// What is wrong with the reactions of a rulebook.
pub(super) fn problems(spec: &RulebookSpec) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut names = BTreeSet::new();
    for (n, reaction) in spec.reactions.iter().enumerate() {
        if !names.insert(&reaction.name) {
            let path = format!("[{n}].name");
            problems.push(Problem::new(path, "reaction.name_twice", &reaction.name));
        }
        let known = &spec.customer.tiers;
        for tier in reaction.only.tiers.iter().filter(|_| !known.is_empty()) {
            if !known.contains(tier) {
                let path = format!("[{n}].only.tiers");
                problems.push(Problem::new(path, "reaction.unknown_tier", tier));
            }
        }
        if let Response::OpenCase {
            priority: Some(priority),
            ..
        } = &reaction.then
            && spec.cases.priority(Some(priority)).is_err()
        {
            let path = format!("[{n}].then.priority");
            problems.push(Problem::new(path, "reaction.unknown_priority", priority));
        }
        if let Response::EarnPoints { programme } | Response::TurnBackPoints { programme } =
            &reaction.then
        {
            if !spec.loyalty.iter().any(|known| known.name == *programme) {
                let path = format!("[{n}].then.programme");
                problems.push(Problem::new(path, "reaction.unknown_programme", programme));
            }
            let is_back = matches!(reaction.then, Response::TurnBackPoints { .. });
            if is_back != reaction.on.is_undoing() {
                let path = format!("[{n}].on");
                problems.push(Problem::new(path, "reaction.other_trigger", &reaction.name));
            }
        }
        if let Response::StartPlan { plan } = &reaction.then
            && !spec.service.plans.contains_key(plan)
        {
            let path = format!("[{n}].then.plan");
            problems.push(Problem::new(path, "reaction.unknown_plan", plan));
        }
        let policy = &spec.warranty;
        if reaction.then == Response::StartWarranty
            && policy.regime.is_none()
            && policy.offers.is_empty()
        {
            let path = format!("[{n}].then");
            problems.push(Problem::new(path, "reaction.no_warranty", &reaction.name));
        }
        let is_delivery = matches!(
            reaction.on,
            Trigger::ShipmentDelivered | Trigger::OrderDelivered
        );
        if reaction.then.is_of_units() && !is_delivery {
            let path = format!("[{n}].on");
            problems.push(Problem::new(
                path,
                "reaction.not_a_delivery",
                &reaction.name,
            ));
        }
        if let Response::Survey {
            programme,
            after_ms,
        } = &reaction.then
        {
            if spec.surveys.programme(programme).is_err() {
                let path = format!("[{n}].then.programme");
                problems.push(Problem::new(path, "reaction.unknown_survey", programme));
            }
            if SurveyPolicy::is_too_long(*after_ms) {
                let path = format!("[{n}].then.after_ms");
                problems.push(Problem::new(path, "survey.period_too_long", after_ms));
            }
        }
    }
    problems
}
