//! What is remembered of a case while it is under way.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::lens::Place;
use crate::kernel::{Code, CustomerId};
use crate::sla::{Fact, Metric, Speaker, StatusCategory};

/// Where in the journal something stands: the rank of its entry, and its place in it.
pub(super) type Rank = (i64, u32);

/// What happened to a case, as measures see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum What {
    Opened(StatusCategory),
    Moved(StatusCategory),
    /// A person's public reply.
    Replied,
    /// The customer wants an answer.
    Asked,
}

impl What {
    /// What a fact is to measures; most are nothing.
    pub(super) const fn of(fact: Fact) -> Option<Self> {
        match fact {
            Fact::Opened { category, .. } => Some(Self::Opened(category)),
            Fact::Moved { to } => Some(Self::Moved(to)),
            Fact::Spoke {
                by: Speaker::Human,
                public: true,
                ..
            } => Some(Self::Replied),
            Fact::Spoke {
                by: Speaker::Customer,
                asking: true,
                ..
            } => Some(Self::Asked),
            // Bots, automatic messages and notes are no answer to anybody.
            Fact::Spoke { .. }
            | Fact::Assigned
            | Fact::Acknowledged
            | Fact::Updated
            | Fact::Merged
            | Fact::Cancelled => None,
        }
    }
}

/// Something that happened, and where in the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Mark {
    pub(super) rank: Rank,
    /// Milliseconds since 1970, UTC.
    pub(super) at: i64,
    pub(super) what: What,
}

/// The last of several values, wherever they come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Latest<T> {
    rank: Option<Rank>,
    pub(super) value: Option<T>,
}

impl<T> Default for Latest<T> {
    fn default() -> Self {
        Self {
            rank: None,
            value: None,
        }
    }
}

impl<T> Latest<T> {
    pub(super) fn set(&mut self, rank: Rank, value: Option<T>) {
        if self.rank < Some(rank) {
            self.rank = Some(rank);
            self.value = value;
        }
    }

    fn merge(&mut self, other: Self) {
        if self.rank < other.rank {
            *self = other;
        }
    }
}

/// What is remembered of a case while it is under way: enough to work out its figures, whatever else comes, in whatever
/// order it comes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Track {
    pub(super) customer: Option<CustomerId>,
    pub(super) channel: Option<Code>,
    pub(super) topic: Latest<Code>,
    pub(super) product: Latest<Code>,
    pub(super) team: Latest<Code>,
    pub(super) marks: Vec<Mark>,
    /// Each once, in any order.
    pub(super) teams: Vec<Code>,
    pub(super) transfers: u32,
    pub(super) bounces: u32,
    pub(super) repeat_asks: u32,
    /// By metric: kept, and broken.
    pub(super) sla: BTreeMap<Metric, (u32, u32)>,
    /// Why it is left out.
    pub(super) excluded: Latest<Code>,
}

impl Track {
    pub(super) fn reached(&mut self, rank: Rank, team: &Code) {
        self.team.set(rank, Some(team.clone()));
        if !self.teams.contains(team) {
            self.teams.push(team.clone());
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.customer = self.customer.or(other.customer);
        if self.channel.is_none() {
            self.channel = other.channel;
        }
        self.topic.merge(other.topic);
        self.product.merge(other.product);
        self.team.merge(other.team);
        self.excluded.merge(other.excluded);
        self.marks.extend(other.marks);
        for team in other.teams {
            if !self.teams.contains(&team) {
                self.teams.push(team);
            }
        }
        self.transfers = self.transfers.saturating_add(other.transfers);
        self.bounces = self.bounces.saturating_add(other.bounces);
        self.repeat_asks = self.repeat_asks.saturating_add(other.repeat_asks);
        for (metric, (kept, broken)) in other.sla {
            let known = self.sla.entry(metric).or_default();
            known.0 = known.0.saturating_add(kept);
            known.1 = known.1.saturating_add(broken);
        }
    }

    /// In the order of things.
    pub(super) fn sort(&mut self) {
        self.marks.sort_unstable();
        self.teams.sort_unstable();
    }

    pub(super) fn place(&self) -> Place {
        Place {
            topic: self.topic.value.clone(),
            product: self.product.value.clone(),
            team: self.team.value.clone(),
            channel: self.channel.clone(),
        }
    }

    /// Whether it was closed or left out, and nothing happened to it since `horizon`.
    pub(super) fn is_over(&self, horizon: i64) -> bool {
        let is_old = self.marks.iter().all(|mark| mark.at < horizon);
        is_old && (self.excluded.value.is_some() || self.is_closed())
    }

    /// Whether the last that is known of it is that it was closed.
    fn is_closed(&self) -> bool {
        let moves = self.marks.iter().filter_map(|mark| match mark.what {
            What::Opened(to) | What::Moved(to) => Some((mark.rank, to)),
            What::Replied | What::Asked => None,
        });
        let last = moves.max_by_key(|(rank, _)| *rank);
        last.is_some_and(|(_, to)| to == StatusCategory::Closed)
    }

    /// When it was opened, if that was seen.
    pub(super) fn opened_at(&self) -> Option<i64> {
        let opened = |mark: &Mark| matches!(mark.what, What::Opened(_)).then_some(mark.at);
        self.marks.iter().find_map(opened)
    }
}

/// The course of a case, read from its marks once.
#[derive(Debug, Default)]
pub(super) struct Course {
    pub(super) opened_at: i64,
    /// From when on the first answer was waited for, and when it came.
    pub(super) waiting_since: i64,
    pub(super) first_reply_at: Option<i64>,
    /// Question and answer.
    pub(super) pairs: Vec<(i64, i64)>,
    /// A question that is not answered.
    pub(super) asked_at: Option<i64>,
    pub(super) replies_until_solved: u32,
    pub(super) first_solved_at: Option<i64>,
    /// Since when it is solved, if it is.
    pub(super) solved_at: Option<i64>,
    pub(super) closed_at: Option<i64>,
    pub(super) last_solved_at: Option<i64>,
    pub(super) reopens: u32,
    /// Stretches of being in a category, until the last solution or the end of what was seen.
    pub(super) stretches: Vec<(StatusCategory, i64, i64)>,
    category: Option<StatusCategory>,
    since: i64,
    /// What was asked last of a case that was done, and in which entry: it counts when that entry reopens the case.
    asked_when_done: Option<(i64, i64)>,
}

impl Course {
    /// The course that sorted marks tell up to `until`; `None` when the opening was not seen.
    pub(super) fn of(marks: &[Mark], until: i64) -> Option<Self> {
        let opening = marks
            .iter()
            .find(|mark| matches!(mark.what, What::Opened(_)))?;
        let mut course = Self {
            opened_at: opening.at,
            waiting_since: opening.at,
            ..Self::default()
        };
        let mut now = opening.at;
        for mark in marks {
            // What is said to a closed case changes nothing about it.
            if course.closed_at.is_some() && !matches!(mark.what, What::Moved(_)) {
                continue;
            }
            // As with clocks: what is told late counts from the latest instant seen.
            now = now.max(mark.at);
            course.take(now, *mark);
        }
        if course.solved_at.is_none() {
            course.leave(until.max(now));
        }
        Some(course)
    }

    fn take(&mut self, at: i64, mark: Mark) {
        match mark.what {
            What::Opened(category) => self.enter(at, category),
            What::Moved(category) => {
                let was_done = self.category.is_some_and(StatusCategory::is_done);
                self.enter(at, category);
                let (entry, _) = mark.rank;
                let asked = self.asked_when_done.take();
                let reopens = asked.filter(|(by, _)| was_done && *by == entry);
                if let Some((_, asked)) = reopens
                    && self.first_reply_at.is_some()
                    && !category.is_done()
                {
                    self.asked_at = Some(asked);
                }
            }
            What::Replied => {
                if self.first_reply_at.is_none() {
                    self.first_reply_at = Some(at);
                }
                self.pairs
                    .extend(self.asked_at.take().map(|asked| (asked, at)));
                if self.first_solved_at.is_none() {
                    self.replies_until_solved = self.replies_until_solved.saturating_add(1);
                }
            }
            What::Asked => {
                if self.category.is_some_and(StatusCategory::is_done) {
                    let (entry, _) = mark.rank;
                    self.asked_when_done = Some((entry, at));
                } else if self.first_reply_at.is_some() {
                    self.asked_at.get_or_insert(at);
                }
            }
        }
    }

    fn enter(&mut self, at: i64, category: StatusCategory) {
        self.leave(at);
        let was_done = self.category.is_some_and(StatusCategory::is_done);
        if category.is_done() {
            self.asked_at = None;
            self.first_solved_at.get_or_insert(at);
            if !was_done {
                self.solved_at = Some(at);
                self.last_solved_at = Some(at);
            }
        } else if was_done {
            self.reopens = self.reopens.saturating_add(1);
            self.solved_at = None;
            if self.first_reply_at.is_none() {
                self.waiting_since = at;
            }
        }
        self.closed_at = match category {
            StatusCategory::Closed => Some(self.closed_at.unwrap_or(at)),
            StatusCategory::New
            | StatusCategory::Open
            | StatusCategory::WaitingOnCustomer
            | StatusCategory::OnHold
            | StatusCategory::Solved => None,
        };
        self.category = Some(category);
        self.since = at;
    }

    fn leave(&mut self, at: i64) {
        if let Some(category) = self.category
            && !category.is_done()
            && at > self.since
        {
            self.stretches.push((category, self.since, at));
        }
    }
}
