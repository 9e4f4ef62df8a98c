//! What a case comes to.

use std::collections::BTreeMap;

use super::figures::{Duration, Figures};
use super::fold::Cells;
use super::lens::{Lens, Place, millis};
use super::map::IdMap;
use super::refusal::Refusal;
use super::track::{Course, Mark, Track, What};
use crate::kernel::{CaseId, Code, CustomerId};
use crate::satisfaction::Proportion;
use crate::sla::StatusCategory;

/// What is known of other cases of the same customers.
pub(super) struct Past<'a> {
    cases: &'a IdMap<CaseId, Track>,
    merged: &'a BTreeMap<CustomerId, CustomerId>,
    /// Who opened a case when, in this order; under the customer that is left after merging.
    openings: Vec<(CustomerId, i64, CaseId)>,
}

impl<'a> Past<'a> {
    pub(super) fn new(
        cases: &'a IdMap<CaseId, Track>,
        merged: &'a BTreeMap<CustomerId, CustomerId>,
    ) -> Self {
        let mut past = Self {
            cases,
            merged,
            openings: Vec::with_capacity(cases.len()),
        };
        for (id, track) in cases {
            if let (Some(customer), Some(at)) = (track.customer, track.opened_at()) {
                let root = past.root(customer);
                past.openings.push((root, at, *id));
            }
        }
        past.openings.sort_unstable();
        past
    }

    /// The cases of customers who have none that could still change. All cases of a customer go together, because they say something about each other.
    pub(super) fn settled_before(&self, horizon: i64) -> Vec<CaseId> {
        let is_over = |id: &CaseId| {
            self.cases
                .get(id)
                .is_some_and(|track| track.is_over(horizon))
        };
        let families = self.openings.chunk_by(|one, other| one.0 == other.0);
        let over = families.filter(|family| family.iter().all(|(_, _, id)| is_over(id)));
        over.flatten().map(|(_, _, id)| *id).collect()
    }

    /// The customer that is left after merging.
    fn root(&self, customer: CustomerId) -> CustomerId {
        let mut root = customer;
        // A chain of mergers is short; one that closes on itself ends here.
        for _ in 0..16 {
            match self.merged.get(&root) {
                Some(next) => root = *next,
                None => break,
            }
        }
        root
    }

    /// Other cases of the same customer that were opened from `from` to `to`, both included, and are not left out.
    fn others(
        &self,
        id: CaseId,
        track: &Track,
        from: i64,
        to: i64,
    ) -> impl Iterator<Item = &Track> {
        let root = track.customer.map(|customer| self.root(customer));
        // Whoever is not known has opened nothing.
        let first = root.map_or(self.openings.len(), |root| {
            self.openings
                .partition_point(|(customer, at, _)| (*customer, *at) < (root, from))
        });
        let within = self
            .openings
            .iter()
            .skip(first)
            .take_while(move |(customer, at, _)| Some(*customer) == root && *at <= to);
        within
            .filter(move |(_, _, other)| *other != id)
            .filter_map(|(_, _, other)| self.cases.get(other))
            .filter(|other| other.excluded.value.is_none())
    }

    /// Whether the customer had opened another case shortly before.
    pub(super) fn is_repeat(&self, lens: &Lens, id: CaseId, track: &Track, opened: i64) -> bool {
        let from = opened.saturating_sub(millis(lens.repeat_window_ms));
        // Of two that were opened at one instant neither came before.
        let mut before = self.others(id, track, from, opened.saturating_sub(1));
        before.next().is_some()
    }

    /// Whether the customer came back with the same issue.
    fn came_back(&self, id: CaseId, track: &Track, from: i64, to: i64) -> bool {
        let mut others = self.others(id, track, from, to);
        others.any(|other| other.topic.value == track.topic.value)
    }
}

/// Adds what a case comes to at `until`.
pub(super) fn assess(
    lens: &Lens,
    past: &Past<'_>,
    id: CaseId,
    track: &Track,
    until: i64,
    cells: &mut Cells,
) -> Result<(), Refusal> {
    let mut track = track.clone();
    track.sort();
    let Some(first) = track.marks.first().copied() else {
        return Ok(());
    };
    let place = lens.seen(track.place());
    let course = Course::of(&track.marks, until);
    let (Some(course), None) = (course, &track.excluded.value) else {
        let reason = track.excluded.value.clone();
        // Words to a case that was let go of are not a case.
        let is_speech = |mark: &Mark| matches!(mark.what, What::Replied | What::Asked);
        if reason.is_none() && track.marks.iter().all(is_speech) {
            return Ok(());
        }
        let reason = reason.unwrap_or(crate::code!("incomplete"));
        let figures = cells.entry((lens.slot_of(first.at), place)).or_default();
        bump(&mut figures.excluded, reason);
        return Ok(());
    };
    let cell = (lens.slot_of(course.opened_at), place.clone());
    let figures = cells.entry(cell).or_default();
    let is_repeat = past.is_repeat(lens, id, &track, course.opened_at);
    opening(lens, figures, &course, &track, until, is_repeat)?;
    let last = track.marks.iter().map(|mark| mark.at).fold(until, i64::max);
    backlog(lens, &course, &place, last, cells);
    if let Some(solved) = course.first_solved_at {
        let figures = cells.entry((lens.slot_of(solved), place)).or_default();
        let window = solved.saturating_add(millis(lens.first_contact_window_ms));
        let came_back = past.came_back(id, &track, solved, window);
        resolution(lens, figures, &course, solved)?;
        if window > until {
            figures.first_contact_pending = figures.first_contact_pending.saturating_add(1);
        } else {
            let at_once = course.replies_until_solved <= 1 && course.reopens == 0;
            figures.first_contact.count(at_once && !came_back);
        }
    }
    Ok(())
}

fn bump(counts: &mut BTreeMap<Code, u64>, reason: Code) {
    let count = counts.entry(reason).or_default();
    *count = count.saturating_add(1);
}

/// What counts in the period in which it was opened.
fn opening(
    lens: &Lens,
    figures: &mut Figures,
    course: &Course,
    track: &Track,
    until: i64,
    is_repeat: bool,
) -> Result<(), Refusal> {
    figures.opened = figures.opened.saturating_add(1);
    figures.repeat_contact.count(is_repeat);
    figures.repeat_asks = figures.repeat_asks.saturating_add(track.repeat_asks.into());
    figures.bounces = figures.bounces.saturating_add(track.bounces.into());
    figures.transfers.add(track.transfers.into());
    figures
        .teams
        .add(u64::try_from(track.teams.len()).unwrap_or(u64::MAX));
    for (metric, (kept, broken)) in &track.sla {
        let share = Proportion::split((*kept).into(), (*broken).into());
        figures.sla.entry(*metric).or_default().merge(&share);
    }
    match course.first_reply_at {
        Some(at) => span(lens, &mut figures.first_response, course.waiting_since, at)?,
        None if course.solved_at.is_none() => {
            figures
                .first_response
                .open
                .add(between(course.waiting_since, until));
        }
        None => {}
    }
    for (asked, answered) in &course.pairs {
        span(lens, &mut figures.next_response, *asked, *answered)?;
    }
    if let Some(asked) = course.asked_at {
        figures.next_response.open.add(between(asked, until));
    }
    if course.solved_at.is_none() {
        let age = between(course.opened_at, until);
        figures.full_resolution.open.add(age);
        if course.first_solved_at.is_none() {
            figures.first_resolution.open.add(age);
        }
    }
    Ok(())
}

/// What counts in each period at whose end it was open, or is open now.
fn backlog(lens: &Lens, course: &Course, place: &Place, now: i64, cells: &mut Cells) {
    let mut open = |day, at: Option<i64>| {
        let figures = cells.entry((day, place.clone())).or_default();
        if let Some(at) = at {
            figures.backlog.add(between(course.opened_at, at));
        }
    };
    for (_, from, to) in &course.stretches {
        let mut day = lens.slot_of(*from);
        while let Some((next, end)) = lens.after(day).filter(|(_, end)| end <= to) {
            open(day, Some(end));
            day = next;
        }
        // There is a cell for each period in which it was open, so that one at whose end nothing is open can be told from one of which
        // nothing is known.
        open(day, None);
    }
    if course.solved_at.is_none() {
        open(lens.slot_of(now), Some(now));
    }
}

/// What counts in the period in which it was first solved.
fn resolution(
    lens: &Lens,
    figures: &mut Figures,
    course: &Course,
    solved: i64,
) -> Result<(), Refusal> {
    figures.solved = figures.solved.saturating_add(1);
    // What was solved without a word was not touched once, but never.
    if course.replies_until_solved > 0 {
        figures.one_touch.count(course.replies_until_solved == 1);
    }
    figures.reopened.count(course.reopens > 0);
    figures.reopens = figures.reopens.saturating_add(course.reopens.into());
    span(
        lens,
        &mut figures.first_resolution,
        course.opened_at,
        solved,
    )?;
    if let Some(closed) = course.closed_at {
        span(lens, &mut figures.closing, course.opened_at, closed)?;
    }
    let (Some(_), Some(last)) = (course.solved_at, course.last_solved_at) else {
        return Ok(());
    };
    span(lens, &mut figures.full_resolution, course.opened_at, last)?;
    let is_waited = |category| {
        matches!(
            category,
            StatusCategory::New | StatusCategory::Open | StatusCategory::OnHold
        )
    };
    total(lens, &mut figures.requester_wait, course, is_waited)?;
    total(lens, &mut figures.agent_wait, course, |category| {
        category == StatusCategory::WaitingOnCustomer
    })?;
    total(lens, &mut figures.on_hold, course, |category| {
        category == StatusCategory::OnHold
    })
}

/// All stretches in some categories together.
fn total(
    lens: &Lens,
    duration: &mut Duration,
    course: &Course,
    is_counted: impl Fn(StatusCategory) -> bool,
) -> Result<(), Refusal> {
    let (mut calendar, mut business) = (0_u64, Some(0_u64));
    for (category, from, to) in &course.stretches {
        if is_counted(*category) {
            calendar = calendar.saturating_add(between(*from, *to));
            let more = lens.business(*from, *to)?;
            business = business
                .zip(more)
                .map(|(sum, more)| sum.saturating_add(more));
        }
    }
    duration.calendar.add(calendar);
    if !lens.hours.is_empty() {
        duration.business.add(business.unwrap_or(0));
    }
    Ok(())
}

fn span(lens: &Lens, duration: &mut Duration, from: i64, to: i64) -> Result<(), Refusal> {
    duration.calendar.add(between(from, to));
    if let Some(business) = lens.business(from, to)? {
        duration.business.add(business);
    }
    Ok(())
}

fn between(from: i64, to: i64) -> u64 {
    u64::try_from(to.saturating_sub(from)).unwrap_or(0)
}
