//! The rules of this help desk, as its log shows them.

use std::collections::BTreeMap;

use aftercare::calendar::{Boundary, BusinessHoursSpec};
use aftercare::case::{CasePolicy, Status, StatusTable};
use aftercare::code;
use aftercare::interaction::Channel;
use aftercare::kernel::{Code, SecretKey};
use aftercare::rulebook::RulebookSpec;
use aftercare::sla::{Aspect, Metric, Policy, StatusCategory, Target, TimeBase};
use chrono::{TimeDelta, Weekday};

use crate::Result;

/// The states of the log, and what they mean to the desk.
///
/// What this help desk promises runs until an incident is *closed*; a resolved one still waits for that.
/// To the desk it is therefore not over but on hold, and the clock runs on.
const STATES: [(&str, StatusCategory); 8] = [
    ("New", StatusCategory::New),
    ("Active", StatusCategory::Open),
    ("Awaiting User Info", StatusCategory::WaitingOnCustomer),
    ("Awaiting Vendor", StatusCategory::OnHold),
    ("Awaiting Problem", StatusCategory::OnHold),
    ("Awaiting Evidence", StatusCategory::OnHold),
    (RESOLVED, StatusCategory::OnHold),
    (CLOSED, StatusCategory::Closed),
];

pub const RESOLVED: &str = "Resolved";
pub const CLOSED: &str = "Closed";

/// The log's words for how an incident came in.
const CHANNELS: [(&str, Channel); 5] = [
    ("Phone", Channel::Phone),
    ("Email", Channel::Email),
    ("Self service", Channel::SelfService),
    ("IVR", Channel::Bot),
    ("Direct opening", Channel::ServiceDesk),
];

/// What is promised for each priority, in minutes of business time; nothing for 1 and 2.
pub const TARGETS: [(&str, i64); 2] = [("3", 4_860), ("4", 10_528)];

/// The priorities, the lowest first as the desk has it.
const PRIORITIES: [&str; 4] = ["4", "3", "2", "1"];

const WEEKDAYS: [Weekday; 5] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
];

/// When the clocks of this help desk count.
pub const OPEN: &str = "Monday to Friday, 12:00 to 24:00";

/// The rulebook of this help desk.
pub fn spec() -> Result<RulebookSpec> {
    let hours = BusinessHoursSpec::new("UTC").open(&WEEKDAYS, "12:00", "24:00");
    Ok(RulebookSpec {
        calendars: BTreeMap::from([(calendar(), BTreeMap::from([(1, hours)]))]),
        sla: policies()?,
        cases: CasePolicy {
            statuses: statuses()?,
            priorities: PRIORITIES
                .map(Code::try_new)
                .into_iter()
                .collect::<Result<_, _>>()?,
            default_priority: code!("3"),
            // Only what the log says happens: no case closes by itself, and teams hand over as they like.
            close_after_ms: None,
            pin_after_transfers: None,
            ..CasePolicy::default()
        },
        ..RulebookSpec::default()
    })
}

/// Nothing here is personal: the log names callers by numbers.
pub fn secret() -> SecretKey {
    SecretKey::new(*b"incident_replay!")
}

pub fn calendar() -> Code {
    code!("help-desk")
}

/// The policy of a priority.
pub fn policy_of(priority: &str) -> String {
    format!("priority-{priority}")
}

fn policies() -> Result<Vec<Policy>> {
    TARGETS
        .into_iter()
        .map(|(priority, minutes)| {
            // The clock stops for nothing before the incident is closed. One whose minutes are used up at the
            // end of a Friday is still in time over the weekend: incident 0016620 shows it.
            let target = Target::new(
                code!("opened-to-closed"),
                Metric::Resolution,
                TimeDelta::minutes(minutes),
                TimeBase::Business(calendar()),
            )
            .pausing_in([])
            .with_boundary(Boundary::NextOpen);
            let policy = Policy::new(Code::try_new(&policy_of(priority))?, 1);
            let policy = policy.when(Aspect::Priority, [Code::try_new(priority)?]);
            Ok(policy.promising(target))
        })
        .collect()
}

/// Every state may follow every other, and itself: the log is the record of what was done, not of what should
/// have been.
fn statuses() -> Result<StatusTable> {
    let names: Vec<Code> = STATES
        .iter()
        .map(|(name, _)| Code::try_new(name))
        .collect::<Result<_, _>>()?;
    let statuses = names.iter().zip(STATES).map(|(name, (_, category))| {
        let next = names.clone();
        (name.clone(), Status { category, next })
    });
    Ok(StatusTable {
        statuses: statuses.collect(),
        initial: code!("New"),
        answered: code!("Active"),
        reopened: code!("Active"),
        closed: code!("Closed"),
    })
}

/// The status of a state of the log.
pub fn status(state: &str) -> Option<Code> {
    let (name, _) = STATES.iter().find(|(name, _)| *name == state)?;
    Code::try_new(name).ok()
}

/// A priority of the log, such as `3` or `3 - Moderate`.
pub fn priority(text: &str) -> Option<Code> {
    let name = text.split(" - ").next()?;
    let known = PRIORITIES.into_iter().find(|known| *known == name)?;
    Code::try_new(known).ok()
}

/// Over what an incident came in.
pub fn channel(contact_type: &str) -> Option<Channel> {
    let (_, channel) = CHANNELS.iter().find(|(name, _)| *name == contact_type)?;
    Some(*channel)
}

/// The log's word for a channel.
pub fn contact_type(channel: Option<Channel>) -> &'static str {
    let known = CHANNELS.iter().find(|(_, known)| Some(*known) == channel);
    known.map_or("?", |(name, _)| name)
}

/// The team of incidents that the log leaves without a group.
pub fn no_team() -> Code {
    code!("none")
}

/// Whether a case in this status is done with, as the help desk sees it: leaving it is a reopening.
pub fn is_settled(status: &Code) -> bool {
    matches!(status.as_str(), RESOLVED | CLOSED)
}
