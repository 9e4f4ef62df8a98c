//! What is remembered of a live contact while it is under way.

use serde::{Deserialize, Serialize};

use super::figures::Figures;
use super::lens::{Lens, Place};
use super::track::Rank;
use crate::interaction::{Attendant, Direction, InteractionEvent, Mark, Opening};
use crate::kernel::Code;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Step {
    Started,
    /// Whether by a person.
    Answered(bool),
    Held,
    Resumed,
    Transferred,
    Ended,
    Abandoned,
}

/// What is remembered of a live contact while it is under way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct ContactTrack {
    place: Place,
    is_inbound: bool,
    /// Why it is left out, as it was said last.
    mark: (Option<Rank>, Option<Mark>),
    /// Rank, instant and step.
    steps: Vec<(Rank, i64, Step)>,
}

impl ContactTrack {
    /// Takes an event in; `false` when it is none that matters.
    pub(super) fn take(&mut self, rank: Rank, at: i64, event: &InteractionEvent) -> bool {
        let step = match event {
            InteractionEvent::Started(opening) => {
                self.open(opening);
                self.mark = self.mark.max((Some(rank), opening.mark));
                Step::Started
            }
            InteractionEvent::Answered { by, .. } => {
                Step::Answered(matches!(by, Attendant::Staff(_)))
            }
            InteractionEvent::Held => Step::Held,
            InteractionEvent::Resumed => Step::Resumed,
            InteractionEvent::Transferred { .. } => Step::Transferred,
            InteractionEvent::Ended { .. } => Step::Ended,
            InteractionEvent::Abandoned { .. } => Step::Abandoned,
            InteractionEvent::Marked { mark } => {
                self.mark = self.mark.max((Some(rank), *mark));
                return true;
            }
            InteractionEvent::Recorded(_)
            | InteractionEvent::Joined { .. }
            | InteractionEvent::Classified { .. }
            | InteractionEvent::Worded { .. }
            | InteractionEvent::Redacted => return false,
        };
        self.steps.push((rank, at, step));
        true
    }

    fn open(&mut self, opening: &Opening) {
        self.is_inbound = opening.direction == Direction::Inbound;
        self.place = Place {
            topic: opening.about.topic.clone(),
            product: opening.about.product.clone(),
            team: opening.team.clone(),
            channel: opening.channel.map(|channel| Code::checked(channel.name())),
        };
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.is_inbound |= other.is_inbound;
        if self.place == Place::default() {
            self.place = other.place;
        }
        self.mark = self.mark.max(other.mark);
        self.steps.extend(other.steps);
    }

    pub(super) const fn place(&self) -> &Place {
        &self.place
    }

    /// When it began, if that was seen.
    pub(super) fn started_at(&self) -> Option<i64> {
        let mut steps = self.steps.iter();
        steps.find_map(|(_, at, step)| (*step == Step::Started).then_some(*at))
    }

    /// When it was over, if it is.
    pub(super) fn ended_at(&self) -> Option<i64> {
        let ended = |step| matches!(step, Step::Ended | Step::Abandoned);
        let mut steps = self.steps.iter();
        steps.find_map(|(_, at, step)| ended(*step).then_some(*at))
    }

    /// Adds what it comes to.
    pub(super) fn count(&mut self, lens: &Lens, figures: &mut Figures) {
        if let (_, Some(mark)) = self.mark {
            let reason = match mark {
                Mark::Spam => crate::code!("spam"),
                Mark::Test => crate::code!("test"),
            };
            let count = figures.excluded.entry(reason).or_default();
            *count = count.saturating_add(1);
            return;
        }
        self.steps.sort_unstable();
        let Some((_, started, _)) = self.steps.first().copied() else {
            return;
        };
        let (mut handled, mut human_at, mut abandoned_at) = (0_i64, None, None);
        let (mut since, mut is_handled) = (started, false);
        for (_, at, step) in &self.steps {
            let at = (*at).max(since);
            if is_handled {
                handled = handled.saturating_add(at.saturating_sub(since));
            }
            since = at;
            match step {
                Step::Answered(is_human) => {
                    is_handled = *is_human;
                    if *is_human {
                        human_at = human_at.or(Some(at));
                    }
                }
                Step::Held | Step::Resumed => {}
                Step::Started | Step::Transferred | Step::Ended => is_handled = false,
                Step::Abandoned => {
                    is_handled = false;
                    abandoned_at = Some(at);
                }
            }
        }
        if human_at.is_some() {
            figures.handle_time.add(u64::try_from(handled).unwrap_or(0));
        }
        if self.is_inbound {
            let waited = |at: i64| u64::try_from(at.saturating_sub(started)).unwrap_or(0);
            let level = &mut figures.service_level;
            let bump = |count: &mut u64, is: bool| *count = count.saturating_add(u64::from(is));
            match (human_at, abandoned_at) {
                (Some(at), _) => {
                    bump(&mut level.answered, true);
                    bump(
                        &mut level.answered_within,
                        waited(at) <= lens.answer_within_ms,
                    );
                }
                (None, Some(at)) => {
                    bump(&mut level.abandoned, true);
                    bump(
                        &mut level.abandoned_within,
                        waited(at) <= lens.answer_within_ms,
                    );
                    bump(&mut level.abandoned_short, waited(at) <= lens.short_ms);
                }
                (None, None) => {}
            }
        }
    }
}
