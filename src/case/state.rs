//! A case as it stands.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::event::{CaseEvent, LinkKind, Severity};
use crate::interaction::Channel;
use crate::kernel::{CaseId, Code, CustomerId, OrderId, StaffId, Stamp, SurveyId};
use crate::sla::{Calendars, ClockView, Clocks, Ledger, Speaker, StatusCategory};

/// A matter to resolve. Its size does not grow with what is said about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Which one.
    pub id: CaseId,
    /// For whom.
    pub customer: CustomerId,
    /// Another system's number for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Code>,
    /// Over what it came in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// Its status, in the business's words.
    pub status: Code,
    /// What the status means.
    pub category: StatusCategory,
    /// Its priority.
    pub priority: Code,
    /// What the matter is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<Code>,
    /// The product it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<Code>,
    /// The contract it falls under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<Code>,
    /// The order it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<OrderId>,
    /// The survey whose bad answer is followed up in it: the score, the product and what was said are found there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub survey: Option<SurveyId>,
    /// The member of staff who has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<StaffId>,
    /// Which teams had it.
    pub route: Arc<Route>,
    /// Since when, UTC.
    pub opened_at: DateTime<Utc>,
    /// Since when it is in its status, UTC; that in which it was opened when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<DateTime<Utc>>,
    /// When it was solved for the first time, UTC; neither merging it nor calling it off solves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_solved_at: Option<DateTime<Utc>>,
    /// Since when it is solved, UTC; absent while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub solved_at: Option<DateTime<Utc>>,
    /// Since when it is closed, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<DateTime<Utc>>,
    /// The last instant before it closes by itself, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closes_at: Option<DateTime<Utc>>,
    /// Why it was called off, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub called_off: Option<Code>,
    /// How often it was reopened.
    #[serde(default)]
    pub reopened: u32,
    /// How often the customer spoke.
    #[serde(default)]
    pub customer_messages: u32,
    /// How often staff spoke to the customer.
    #[serde(default)]
    pub replies: u32,
    /// How often the customer was asked for a fact that was on file.
    #[serde(default)]
    pub repeat_asks: u32,
    /// Cases that have to do with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<(LinkKind, CaseId)>,
    /// The case that goes on for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<CaseId>,
    /// The cases it goes on for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub absorbed: Vec<CaseId>,
    /// Where the complaint stands, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complaint: Option<Complaint>,
    /// The clocks of what was promised.
    pub clocks: Arc<Clocks>,
    /// The promises that were broken; a line once entered stays.
    #[serde(default, skip_serializing_if = "is_unbroken")]
    pub breaches: Arc<Ledger>,
}

fn is_unbroken(breaches: &Arc<Ledger>) -> bool {
    breaches.is_empty()
}

/// Which teams had a case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// The team that has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<Code>,
    /// The team that had it before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Code>,
    /// All teams that had it, each once, in the order they came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<Code>,
    /// How often one team handed it to another.
    #[serde(default)]
    pub transfers: u32,
    /// How often it went straight back to the team it came from.
    #[serde(default)]
    pub bounces: u32,
    /// Whether the team has it for good.
    #[serde(default)]
    pub pinned: bool,
}

impl Route {
    fn reach(&mut self, team: &Code) {
        self.before = self.team.replace(team.clone());
        if !self.teams.contains(team) {
            self.teams.push(team.clone());
        }
    }
}

/// Where a complaint stands (after ISO 10002:2018, clause 7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Complaint {
    /// How bad it is.
    pub severity: Severity,
    /// When the customer was told that it was received, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// How it was decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Code>,
    /// What is done about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<Code>,
    /// When it was decided, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<DateTime<Utc>>,
    /// When the customer appealed against the decision, UTC; absent again once that is decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appealed_at: Option<DateTime<Utc>>,
    /// How many appeals there were.
    #[serde(default)]
    pub appeals: u32,
}

impl Complaint {
    /// Decided, and not appealed against since.
    #[must_use]
    pub const fn is_decided(&self) -> bool {
        self.decided_at.is_some() && self.appealed_at.is_none()
    }

    const fn new(severity: Severity) -> Self {
        Self {
            severity,
            acknowledged_at: None,
            decision: None,
            remedy: None,
            decided_at: None,
            appealed_at: None,
            appeals: 0,
        }
    }
}

impl Case {
    /// The state that `event` begins; `None` when it does not begin one.
    #[must_use]
    pub fn begin(id: CaseId, event: &CaseEvent, stamp: &Stamp) -> Option<Self> {
        let CaseEvent::Opened(opening) = event else {
            return None;
        };
        let mut route = Route::default();
        if let Some(team) = &opening.team {
            route.reach(team);
        }
        Some(Self {
            id,
            customer: opening.customer,
            reference: opening.reference.clone(),
            channel: opening.channel,
            status: opening.status.clone(),
            category: opening.category,
            priority: opening.priority.clone(),
            topic: opening.topic.clone(),
            product: opening.product.clone(),
            contract: opening.contract.clone(),
            about: None,
            survey: opening.survey,
            assignee: None,
            route: Arc::new(route),
            opened_at: stamp.at,
            since: None,
            first_solved_at: None,
            solved_at: None,
            closed_at: None,
            closes_at: None,
            called_off: None,
            reopened: 0,
            customer_messages: u32::from(opening.by == Speaker::Customer),
            replies: 0,
            repeat_asks: 0,
            links: opening.from.into_iter().collect(),
            merged_into: None,
            absorbed: Vec::new(),
            complaint: opening.complaint.map(Complaint::new),
            clocks: Arc::default(),
            breaches: Arc::default(),
        })
    }

    /// The state after `event`.
    pub fn apply(&mut self, event: &CaseEvent, stamp: &Stamp) {
        match event {
            CaseEvent::Spoke { by, public, .. } => match by {
                Speaker::Customer => {
                    self.customer_messages = self.customer_messages.saturating_add(1)
                }
                Speaker::Human if *public => self.replies = self.replies.saturating_add(1),
                Speaker::Human | Speaker::Bot | Speaker::System => {}
            },
            CaseEvent::Moved {
                to,
                category,
                closes_at,
                ..
            } => {
                // A case that closes by itself does so when it was to, whoever looks.
                let by_itself = self
                    .closes_at
                    .filter(|_| *category == StatusCategory::Closed);
                let at = by_itself.map_or(stamp.at, |at| at.min(stamp.at));
                self.enter(to, *category, at);
                self.closes_at = *closes_at;
            }
            CaseEvent::Reopened(_) => self.reopened = self.reopened.saturating_add(1),
            CaseEvent::Assigned { to } => self.assignee = *to,
            CaseEvent::Routed { to } => Arc::make_mut(&mut self.route).reach(to),
            CaseEvent::Transferred { to, bounce, .. } => {
                let route = Arc::make_mut(&mut self.route);
                route.reach(to);
                route.transfers = route.transfers.saturating_add(1);
                route.bounces = route.bounces.saturating_add(u32::from(*bounce));
                self.assignee = None;
            }
            CaseEvent::OwnerPinned => Arc::make_mut(&mut self.route).pinned = true,
            CaseEvent::OwnerUnpinned => Arc::make_mut(&mut self.route).pinned = false,
            CaseEvent::Prioritised { to, .. } => self.priority = to.clone(),
            CaseEvent::Classified {
                topic,
                product,
                contract,
            } => {
                self.topic.clone_from(topic);
                self.product.clone_from(product);
                self.contract.clone_from(contract);
            }
            CaseEvent::Referred { about } => self.about = *about,
            CaseEvent::FactAsked { repeat, .. } => {
                self.repeat_asks = self.repeat_asks.saturating_add(u32::from(*repeat));
            }
            CaseEvent::Linked { to, kind } => self.links.push((*kind, *to)),
            CaseEvent::Unlinked { from, kind } => self.links.retain(|link| *link != (*kind, *from)),
            CaseEvent::MergedInto { case } => self.merged_into = Some(*case),
            CaseEvent::Absorbed { case } => self.absorbed.push(*case),
            CaseEvent::BecameComplaint { severity } => {
                let complaint = self
                    .complaint
                    .get_or_insert_with(|| Complaint::new(*severity));
                complaint.severity = *severity;
            }
            CaseEvent::ComplaintTaken(complaint) => {
                self.complaint = Some(Complaint::clone(complaint));
            }
            CaseEvent::CalledOff { reason } => self.called_off = Some(reason.clone()),
            CaseEvent::ComplaintAcknowledged => {
                if let Some(complaint) = &mut self.complaint {
                    complaint.acknowledged_at.get_or_insert(stamp.at);
                }
            }
            CaseEvent::ComplaintDecided { decision, remedy } => {
                if let Some(complaint) = &mut self.complaint {
                    complaint.decision = Some(decision.clone());
                    complaint.remedy.clone_from(remedy);
                    complaint.decided_at = Some(stamp.at);
                    complaint.appealed_at = None;
                }
            }
            CaseEvent::ComplaintAppealed { .. } => {
                if let Some(complaint) = &mut self.complaint {
                    complaint.appealed_at = Some(stamp.at);
                    complaint.appeals = complaint.appeals.saturating_add(1);
                }
            }
            CaseEvent::Clocks(event) => {
                Arc::make_mut(&mut self.clocks).apply(event);
                if let Some(breach) = event.breach() {
                    Arc::make_mut(&mut self.breaches).enter(breach);
                }
            }
            CaseEvent::Opened(_)
            | CaseEvent::FactRecorded { .. }
            | CaseEvent::CustomerNotTold { .. }
            | CaseEvent::Reacted { .. } => {}
        }
    }

    fn enter(&mut self, status: &Code, category: StatusCategory, at: DateTime<Utc>) {
        // One that is closed anew, in the same word, is closed since then.
        let closed_before = self.closed_at.filter(|_| self.status != *status);
        self.status = status.clone();
        self.category = category;
        self.since = Some(at);
        if !category.is_done() {
            self.solved_at = None;
        } else if self.merged_into.is_none() && self.called_off.is_none() {
            self.first_solved_at.get_or_insert(at);
            self.solved_at.get_or_insert(at);
        }
        let closed_at = closed_before.unwrap_or(at);
        self.closed_at = (category == StatusCategory::Closed).then_some(closed_at);
    }

    /// Since when it is in its status, UTC.
    #[must_use]
    pub fn since(&self) -> DateTime<Utc> {
        self.since.unwrap_or(self.opened_at)
    }

    /// Solved or closed.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        self.category.is_done()
    }

    /// What every clock shows at `now`: its state, what was consumed, what remains or when it is due, and why.
    ///
    /// # Errors
    /// [`sla::Refusal`](crate::sla::Refusal) when a calendar it counts in is missing or ends.
    pub fn clocks(
        &self,
        now: DateTime<Utc>,
        calendars: &impl Calendars,
    ) -> Result<Vec<ClockView>, crate::sla::Refusal> {
        self.clocks.view(now, calendars)
    }

    /// The next instant at which something happens to it by itself, UTC.
    #[must_use]
    pub fn next_at(&self) -> Option<DateTime<Utc>> {
        match (self.clocks.next_at(), self.closes_at.map(after)) {
            (Some(clock), Some(closing)) => Some(clock.min(closing)),
            (clock, closing) => clock.or(closing),
        }
    }
}

/// The first instant after this one.
fn after(at: DateTime<Utc>) -> DateTime<Utc> {
    at.checked_add_signed(TimeDelta::milliseconds(1))
        .unwrap_or(at)
}
