//! The figures, gathered from what the desk stored.

use std::collections::BTreeMap;

use aftercare::calendar::BusinessHours;
use aftercare::case::CaseEvent;
use aftercare::customer::CustomerEvent;
use aftercare::desk::Journal;
use aftercare::kernel::{Actor, CaseId};
use aftercare::record::Event;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use crate::figures::Spread;
use crate::incident::Incident;
use crate::replay::customer_of;
use crate::{HelpDesk, Result, rules};

/// So many of so many.
pub type Of = (u64, u64);

/// The figures under the names that machines know them by.
#[derive(Default, Serialize)]
pub struct Summary {
    pub events: u64,
    pub incidents: u64,
    pub made_sla_true: u64,
    pub by_priority: BTreeMap<String, Of>,
    pub opened_to_resolved_h: Spread,
    pub opened_to_closed_h: Spread,
    pub reopened_cases: u64,
    pub reopens: u64,
    pub never_reassigned: u64,
    pub reassignments: u64,
    pub missing_resolved: u64,
    pub callers: u64,
    pub channels: BTreeMap<&'static str, u64>,
    pub states: BTreeMap<String, u64>,
    pub business_minutes_opened_to_closed: i64,
    pub business_minutes_opened_to_resolved: i64,
    pub p3_agree: Of,
    pub p4_agree: Of,
    pub repeat_7d: u64,
    #[serde(skip)]
    pub desk: DeskSays,
}

/// What the desk has to say about the same incidents.
#[derive(Default)]
pub struct DeskSays {
    /// By priority, of those that were promised something: kept, and agreeing with the log.
    pub kept: BTreeMap<String, u64>,
    pub agree: BTreeMap<String, u64>,
    pub closed: u64,
    pub closed_alike: u64,
    pub resolved_alike: u64,
    pub reopened_cases: u64,
    pub reopens: u64,
    pub transfers: u64,
    pub transfers_alike: u64,
    pub groups: Vec<Group>,
    pub first_opened: Option<DateTime<Utc>>,
    pub last_opened: Option<DateTime<Utc>>,
}

/// What a group took to close the incidents it had last.
pub struct Group {
    pub name: String,
    pub to_close_h: Spread,
}

/// Reads the desk's journal from its beginning, and every case where it was opened.
pub fn summarise(desk: &HelpDesk) -> Result<Summary> {
    let mut gathering = Gathering::new(desk)?;
    let mut journal = Journal::all().limit(500);
    loop {
        let page = desk.ask(&Actor::System, &journal)?;
        for event in page.entries.iter().flat_map(|entry| &entry.events) {
            match event {
                Event::Customer(id, CustomerEvent::Registered {}) if *id != customer_of(None) => {
                    gathering.summary.callers += 1;
                }
                Event::Case(id, CaseEvent::Opened(_)) => gathering.take(*id)?,
                _ => {}
            }
        }
        if page.next.is_none() {
            return Ok(gathering.end());
        }
        journal = journal.after(page.next);
    }
}

struct Gathering<'a> {
    desk: &'a HelpDesk,
    hours: &'a BusinessHours,
    summary: Summary,
    to_resolve: Vec<f64>,
    to_close: Vec<f64>,
    groups: BTreeMap<String, Vec<f64>>,
}

impl<'a> Gathering<'a> {
    fn new(desk: &'a HelpDesk) -> Result<Self> {
        let calendars = desk.rulebook().calendars();
        let revisions = calendars.get(&rules::calendar());
        let hours = revisions.and_then(|revisions| revisions.get(&1));
        Ok(Self {
            desk,
            hours: hours.ok_or("the rulebook has no calendar")?,
            summary: Summary::default(),
            to_resolve: Vec::new(),
            to_close: Vec::new(),
            groups: BTreeMap::new(),
        })
    }

    fn take(&mut self, id: CaseId) -> Result<()> {
        let incident = Incident::read(self.desk, id)?;
        self.volume(&incident)?;
        self.promise(&incident);
        self.durations(&incident)?;
        self.changes(&incident);
        Ok(())
    }

    fn volume(&mut self, incident: &Incident) -> Result<()> {
        let case = &incident.case;
        let summary = &mut self.summary;
        summary.incidents += 1;
        summary.events += incident.states.len() as u64;
        for state in &incident.states {
            *summary.states.entry(state.to_string()).or_default() += 1;
        }
        let channel = rules::contact_type(case.channel);
        *summary.channels.entry(channel).or_default() += 1;
        let opened = Some(case.opened_at);
        summary.desk.first_opened = summary.desk.first_opened.min(opened).or(opened);
        summary.desk.last_opened = summary.desk.last_opened.max(opened);
        let is_known = case.customer != customer_of(None);
        if is_known && incident.is_repeat(self.desk, TimeDelta::days(7))? {
            summary.repeat_7d += 1;
        }
        Ok(())
    }

    fn promise(&mut self, incident: &Incident) {
        let priority = incident.case.priority.to_string();
        let made = incident.claims.made_sla;
        let summary = &mut self.summary;
        summary.made_sla_true += u64::from(made);
        let (kept, all) = summary.by_priority.entry(priority.clone()).or_default();
        *kept += u64::from(made);
        *all += 1;
        let verdict = incident.made_sla();
        let desk = &mut summary.desk;
        *desk.kept.entry(priority.clone()).or_default() += u64::from(verdict == Some(true));
        *desk.agree.entry(priority).or_default() += u64::from(verdict == Some(made));
    }

    fn durations(&mut self, incident: &Incident) -> Result<()> {
        let Incident { case, claims, .. } = incident;
        let opened = case.opened_at;
        let summary = &mut self.summary;
        match claims.resolved_at {
            None => summary.missing_resolved += 1,
            Some(at) => {
                self.to_resolve.push(hours(at - opened));
                summary.business_minutes_opened_to_resolved +=
                    self.hours.elapsed(opened, at)?.num_minutes();
                summary.desk.resolved_alike += u64::from(incident.resolved_at == Some(at));
            }
        }
        if let Some(at) = claims.closed_at {
            self.to_close.push(hours(at - opened));
            summary.business_minutes_opened_to_closed +=
                self.hours.elapsed(opened, at)?.num_minutes();
            summary.desk.closed_alike += u64::from(case.closed_at == Some(at));
        }
        if let Some(at) = case.closed_at {
            summary.desk.closed += 1;
            let team = case.route.team.as_ref().map(ToString::to_string);
            let group = self.groups.entry(team.unwrap_or_default()).or_default();
            group.push(hours(at - opened));
        }
        Ok(())
    }

    fn changes(&mut self, incident: &Incident) {
        let claims = &incident.claims;
        let transfers = incident.case.route.transfers;
        let summary = &mut self.summary;
        summary.reopened_cases += u64::from(claims.reopens > 0);
        summary.reopens += u64::from(claims.reopens);
        summary.never_reassigned += u64::from(claims.reassignments == 0);
        summary.reassignments += u64::from(claims.reassignments);
        let desk = &mut summary.desk;
        desk.reopened_cases += u64::from(incident.reopens > 0);
        desk.reopens += u64::from(incident.reopens);
        desk.transfers += u64::from(transfers);
        desk.transfers_alike += u64::from(transfers == claims.reassignments);
    }

    fn end(self) -> Summary {
        let mut summary = self.summary;
        summary.opened_to_resolved_h = Spread::of(self.to_resolve);
        summary.opened_to_closed_h = Spread::of(self.to_close);
        let of = |priority: &str| {
            let agree = summary.desk.agree.get(priority).copied();
            let all = summary.by_priority.get(priority).map(|(_, all)| *all);
            (agree.unwrap_or(0), all.unwrap_or(0))
        };
        summary.p3_agree = of("3");
        summary.p4_agree = of("4");
        let groups = self.groups.into_iter().map(|(name, hours)| Group {
            name,
            to_close_h: Spread::of(hours),
        });
        summary.desk.groups = groups.collect();
        summary
    }
}

fn hours(span: TimeDelta) -> f64 {
    span.num_minutes() as f64 / 60.0
}
