use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::event::Opening;
use super::{
    About, Attendant, Channel, Direction, InteractionEvent, Mark, Move, Phase, Refusal, Status,
    Times, Visibility,
};
use crate::kernel::{CaseId, Code, ContentId, CustomerId, InteractionId, Stamp};
use crate::sla::Speaker;

/// How many different teams a route remembers.
const TEAMS: usize = 32;

/// Which teams a live contact went through.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Route {
    /// The different teams it has been with, in order; no more than 32 are remembered.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<Code>,
    /// How often it was transferred.
    pub transfers: u32,
    /// How many of the transfers went back to a team that had passed it on.
    pub bounces: u32,
}

impl Route {
    /// It is with this team.
    fn visit(&mut self, team: &Code) {
        if self.teams.len() < TEAMS && !self.teams.contains(team) {
            self.teams.push(team.clone());
        }
    }

    /// It goes from a team to another.
    fn transfer(&mut self, from: Option<&Code>, to: &Code) {
        self.transfers = self.transfers.saturating_add(1);
        if from != Some(to) && self.teams.contains(to) {
            self.bounces = self.bounces.saturating_add(1);
        }
        self.visit(to);
    }
}

/// One contact with a customer, without what was said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interaction {
    /// Which one.
    pub id: InteractionId,
    /// With or about whom.
    pub customer: CustomerId,
    /// The case it belongs to; inquiries and advice need none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    /// Over what; a note has no channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// From whom to whom.
    pub direction: Direction,
    /// How far along the customer is.
    pub phase: Phase,
    /// Who may read it.
    pub visibility: Visibility,
    /// Who began it.
    pub speaker: Speaker,
    /// Whether the customer waits for an answer.
    pub asks: bool,
    /// Whether it has a course: a call, a chat, a visit. A message has none.
    pub is_live: bool,
    /// Where it stands.
    pub status: Status,
    /// The team it is with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<Code>,
    /// Who attends to it, attended to it last, or wrote the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attendant: Option<Attendant>,
    /// When it began, UTC.
    pub started_at: DateTime<Utc>,
    /// When somebody first attended to it, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<DateTime<Utc>>,
    /// When a member of staff first attended to it, UTC; a bot does not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub human_at: Option<DateTime<Utc>>,
    /// When it was over, abandoned or not, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<DateTime<Utc>>,
    /// How long it waited, was attended to and was held.
    pub times: Times,
    /// Which teams it went through.
    #[serde(default)]
    pub route: Route,
    /// What it is about.
    #[serde(default, skip_serializing_if = "About::is_empty")]
    pub about: About,
    /// With which result it ended, or why it was abandoned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Code>,
    /// Where its words are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<ContentId>,
    /// When its words were last corrected or erased, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revised_at: Option<DateTime<Utc>>,
    /// Why measures leave it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<Mark>,
    /// Whether its case was not told of it, because it was marked then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_unheard: bool,
}

impl Interaction {
    /// The state that `event` begins; `None` when it does not begin one.
    #[must_use]
    pub fn begin(id: InteractionId, event: &InteractionEvent, stamp: &Stamp) -> Option<Self> {
        match event {
            InteractionEvent::Recorded(opening) => Some(Self {
                status: Status::Ended,
                is_live: false,
                ended_at: Some(stamp.at),
                ..Self::opened(id, opening, stamp.at)
            }),
            InteractionEvent::Started(opening) => Some(Self::opened(id, opening, stamp.at)),
            InteractionEvent::Answered { .. }
            | InteractionEvent::Held
            | InteractionEvent::Resumed
            | InteractionEvent::Transferred { .. }
            | InteractionEvent::Ended { .. }
            | InteractionEvent::Abandoned { .. }
            | InteractionEvent::Joined { .. }
            | InteractionEvent::Classified { .. }
            | InteractionEvent::Marked { .. }
            | InteractionEvent::Worded { .. }
            | InteractionEvent::Redacted => None,
        }
    }

    fn opened(id: InteractionId, opening: &Opening, at: DateTime<Utc>) -> Self {
        let opening = opening.clone();
        Self {
            id,
            customer: opening.customer,
            case: opening.case,
            channel: opening.channel,
            direction: opening.direction,
            phase: opening.phase,
            visibility: opening.visibility,
            speaker: opening.speaker,
            asks: opening.asks,
            is_live: true,
            status: Status::Waiting,
            attendant: opening.attendant,
            started_at: at,
            answered_at: None,
            human_at: None,
            ended_at: None,
            times: Times::starting(at),
            route: Route {
                teams: opening.team.iter().cloned().collect(),
                ..Route::default()
            },
            team: opening.team,
            about: opening.about,
            outcome: None,
            content: opening.content,
            revised_at: None,
            is_unheard: opening.mark.is_some() && opening.case.is_some(),
            mark: opening.mark,
        }
    }

    /// The state after `event`.
    pub fn apply(&mut self, event: &InteractionEvent, stamp: &Stamp) {
        match event {
            InteractionEvent::Recorded(_) | InteractionEvent::Started(_) => {}
            InteractionEvent::Answered { by, team } => {
                let at = self.pass(Move::Answer, stamp.at);
                self.answered_at.get_or_insert(at);
                if matches!(by, Attendant::Staff(_)) {
                    self.human_at.get_or_insert(at);
                }
                self.attendant = Some(by.clone());
                if let Some(team) = team {
                    self.route.visit(team);
                    self.team = Some(team.clone());
                }
            }
            InteractionEvent::Held => {
                self.pass(Move::Hold, stamp.at);
                self.times.holds = self.times.holds.saturating_add(1);
            }
            InteractionEvent::Resumed => {
                self.pass(Move::Resume, stamp.at);
            }
            InteractionEvent::Transferred { to } => {
                self.pass(Move::Transfer, stamp.at);
                self.route.transfer(self.team.as_ref(), to);
                self.team = Some(to.clone());
                self.attendant = None;
            }
            InteractionEvent::Ended { outcome } => {
                self.ended_at = Some(self.pass(Move::End, stamp.at));
                self.outcome.clone_from(outcome);
            }
            InteractionEvent::Abandoned { reason } => {
                self.ended_at = Some(self.pass(Move::Abandon, stamp.at));
                self.outcome.clone_from(reason);
            }
            InteractionEvent::Joined { case } => {
                self.is_unheard = self.mark.is_some();
                self.case = Some(*case);
            }
            InteractionEvent::Classified { phase, about } => {
                self.phase = *phase;
                self.about = about.clone();
            }
            InteractionEvent::Marked { mark } => {
                self.is_unheard &= mark.is_some();
                self.mark = *mark;
            }
            InteractionEvent::Worded { content } => {
                if self.content.replace(*content).is_some() {
                    self.revised_at = Some(stamp.at);
                }
            }
            InteractionEvent::Redacted => {
                self.content = None;
                self.revised_at = Some(stamp.at);
            }
        }
    }

    /// Counts the time and takes the step; answers with the instant of it, never before the last one.
    fn pass(&mut self, step: Move, at: DateTime<Utc>) -> DateTime<Utc> {
        self.times.pass(self.status, at);
        if let Some(next) = self.status.after(step) {
            self.status = next;
        }
        self.times.since
    }

    /// Whether a move is possible.
    ///
    /// # Errors
    /// [`Refusal::NotPossible`] with the moves that are.
    pub const fn check(&self, step: Move) -> Result<(), Refusal> {
        match self.status.after(step) {
            Some(_) => Ok(()),
            None => Err(Refusal::NotPossible {
                attempted: step,
                status: self.status,
                allowed: self.status.moves(),
            }),
        }
    }

    /// Whether the customer may read it.
    #[must_use]
    pub const fn is_public(&self) -> bool {
        matches!(self.visibility, Visibility::Public)
    }

    /// How long it took until somebody first attended to it, in milliseconds; `None` when nobody did.
    #[must_use]
    pub fn answer_time_ms(&self) -> Option<u64> {
        let waited = (self.answered_at? - self.started_at).num_milliseconds();
        Some(u64::try_from(waited).unwrap_or(0))
    }
}
