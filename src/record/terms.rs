//! Under which terms a record is found: always worked out from the record itself.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use uuid::Uuid;

use super::batch::AllTerms;
use super::entry::Entry;
use super::index::{Index, Term, bucket_of, rank_of};
use super::kind::Key;
use super::record::Record;
use crate::case::Case;
use crate::customer::{Customer, Profile};
use crate::interaction::Interaction;
use crate::kernel::{Code, CustomerId, SecretKey};
use crate::loyalty::Account;
use crate::message::{Message, Recipient};
use crate::order::{Order, Return};
use crate::product::{Product, Reading, Unit, readings_scope, serial_key};
use crate::service::{Occurrence, Plan, PlanStatus, Technician, Visit, VisitStatus};
use crate::survey::Survey;
use crate::warranty::{Warranty, WarrantyClaim};

impl Record {
    /// Adds the terms under which this record is found to `terms`.
    pub fn terms(&self, key: Key, secret: &SecretKey, terms: &mut AllTerms) {
        match self {
            Self::Entry(entry) => of_entry(entry, terms),
            Self::Message(message) => of_message(message, terms),
            Self::Customer(customer) => of_customer(customer, secret, terms),
            Self::Profile(profile) => of_profile(profile, secret, terms),
            Self::Content(content) => terms.push(personal(content.customer)),
            Self::Interaction(interaction) => of_interaction(interaction, terms),
            Self::Case(case) => of_case(case, key, terms),
            Self::Dossier(dossier) => terms.push(personal(dossier.customer)),
            Self::Product(product) => of_product(product, terms),
            Self::Unit(unit) => of_unit(unit, terms),
            Self::Reading(reading) => of_reading(reading, terms),
            Self::Order(order) => of_order(order, key, terms),
            Self::Account(account) => of_account(account, terms),
            Self::Return(rma) => of_return(rma, key, terms),
            Self::Plan(plan) => of_plan(plan, terms),
            Self::Occurrence(occurrence) => of_occurrence(occurrence, terms),
            Self::Visit(visit) => of_visit(visit, terms),
            Self::Technician(technician) => of_technician(technician, terms),
            Self::Warranty(warranty) => of_warranty(warranty, key, terms),
            Self::WarrantyClaim(claim) => of_warranty_claim(claim, key, secret, terms),
            Self::Movement(movement) => on_timeline(movement.customer, movement.at, terms),
            Self::Survey(survey) => of_survey(survey, key, terms),
            Self::Claim(_)
            | Self::Lease(_)
            | Self::Tally(_)
            | Self::Respondent(_)
            | Self::Agenda(_) => {}
        }
    }
}

/// What the customer may see of their own timeline, and everybody who serves them.
fn on_timeline(customer: CustomerId, at: DateTime<Utc>, terms: &mut AllTerms) {
    let (rank, scope) = (rank_of(at), customer.uuid());
    terms.extend([
        Term::new(Index::Timeline, scope, rank),
        Term::new(Index::PublicTimeline, scope, rank),
    ]);
}

fn of_entry(entry: &Entry, terms: &mut AllTerms) {
    terms.push(Term::new(Index::Journal, Uuid::nil(), entry.rank));
    for customer in &entry.customers {
        terms.push(Term::new(
            Index::JournalByCustomer,
            customer.uuid(),
            entry.rank,
        ));
    }
    let first = terms.len();
    for event in &entry.events {
        let term = Term::new(Index::JournalBySubject, event.subject().id, entry.rank);
        if !terms.iter().skip(first).any(|other| *other == term) {
            terms.push(term);
        }
    }
    if entry.unread {
        // One scope for all: a page of it is then complete for every subject (see `Desk::follow`).
        terms.push(Term::new(Index::Feed, Uuid::nil(), entry.rank));
    }
}

/// By which a customer's personal data is found to be erased and exported.
fn personal(customer: CustomerId) -> Term {
    Term::new(Index::Personal, customer.uuid(), 0)
}

/// The scope of customers with a tag.
pub(crate) fn tag_scope(tag: &Code, secret: &SecretKey) -> Uuid {
    let digest = secret.digest().with_str("customer.tag");
    Uuid::from_u128(digest.with_str(tag.as_str()).finish())
}

fn of_customer(customer: &Customer, secret: &SecretKey, terms: &mut AllTerms) {
    if customer.merged_into.is_none() {
        let came = rank_of(customer.created_at);
        terms.extend(customer.tags.iter().map(|tag| {
            let scope = tag_scope(tag, secret);
            Term::new(Index::CustomersByTag, scope, came)
        }));
    }
    if let (Some(since), None) = (customer.erasing_since, customer.erased_at) {
        let bucket = bucket_of(customer.id.uuid());
        terms.push(Term::new(Index::Due, bucket, rank_of(since)));
    }
}

fn of_profile(profile: &Profile, secret: &SecretKey, terms: &mut AllTerms) {
    terms.push(personal(profile.customer));
    let name = profile.name_scope(secret);
    terms.extend(name.map(|scope| Term::new(Index::Name, scope, 0)));
    let first = terms.len();
    for contact in &profile.contacts {
        let Some(scope) = contact.loose_scope(secret) else {
            continue;
        };
        let term = Term::new(Index::Contact, scope, 0);
        // Two contact points may have one loose form; a term is there once.
        if !terms.iter().skip(first).any(|other| *other == term) {
            terms.push(term);
        }
    }
}

fn of_interaction(interaction: &Interaction, terms: &mut AllTerms) {
    let started = rank_of(interaction.started_at);
    let customer = interaction.customer.uuid();
    terms.push(Term::new(Index::Timeline, customer, started));
    if let Some(case) = interaction.case {
        terms.push(Term::new(Index::Conversation, case.uuid(), started));
    }
    // What is internal is left out here and not while reading: neither a short page nor a cursor then
    // tells a customer that something is there.
    if interaction.is_public() {
        terms.push(Term::new(Index::PublicTimeline, customer, started));
        if let Some(case) = interaction.case {
            terms.push(Term::new(Index::PublicConversation, case.uuid(), started));
        }
    }
}

fn of_message(message: &Message, terms: &mut AllTerms) {
    let recipient = Uuid::from_u128(message.draft.to.number());
    let queued = rank_of(message.queued_at);
    if let Some(next_at) = message.next_at() {
        terms.push(Term::new(
            Index::Outbox,
            bucket_of(recipient),
            rank_of(next_at),
        ));
        let ready = rank_of(message.ready_at());
        terms.push(Term::new(Index::OutboxByRecipient, recipient, ready));
    }
    if let Recipient::Customer(customer) = &message.draft.to {
        terms.push(Term::new(
            Index::MessagesByCustomer,
            customer.uuid(),
            queued,
        ));
    }
}

fn of_case(case: &Case, key: Key, terms: &mut AllTerms) {
    let opened = rank_of(case.opened_at);
    let customer = case.customer.uuid();
    terms.extend([
        Term::new(Index::Timeline, customer, opened),
        Term::new(Index::PublicTimeline, customer, opened),
        Term::new(Index::CasesByCustomer, customer, opened),
    ]);
    if let Some(reference) = &case.reference {
        terms.push(Term::new(Index::CasesByReference, reference.scope(), 0));
    }
    if !case.is_done() {
        if let Some(team) = &case.route.team {
            terms.push(Term::new(Index::CasesByTeam, team.scope(), opened));
        }
        if let Some(assignee) = case.assignee {
            terms.push(Term::new(Index::CasesByAssignee, assignee.uuid(), opened));
        }
    }
    if let Some(next_at) = case.next_at() {
        terms.push(Term::new(Index::Due, bucket_of(key.id), rank_of(next_at)));
    }
}

fn of_product(product: &Product, terms: &mut AllTerms) {
    if let Some(category) = &product.spec.category {
        terms.push(Term::new(Index::ProductsByCategory, category.scope(), 0));
    }
}

fn of_unit(unit: &Unit, terms: &mut AllTerms) {
    let recorded = rank_of(unit.recorded_at);
    let scope = unit.product.scope();
    terms.push(Term::new(Index::UnitsByProduct, scope, recorded));
    if let Some(owner) = unit.owned_by() {
        terms.push(Term::new(Index::UnitsByCustomer, owner.uuid(), recorded));
    }
}

fn of_reading(reading: &Reading, terms: &mut AllTerms) {
    let scope = readings_scope(reading.unit, &reading.meter);
    let taken = rank_of(reading.dial.at);
    terms.push(Term::new(Index::ReadingsByMeter, scope, taken));
}

fn of_order(order: &Order, key: Key, terms: &mut AllTerms) {
    let placed = rank_of(order.placed_at);
    let customer = order.customer.uuid();
    // What happens at one instant stands there once.
    let instants: BTreeSet<_> = order.moments().map(|(at, _)| at).collect();
    for at in instants {
        on_timeline(order.customer, at, terms);
    }
    terms.push(Term::new(Index::OrdersByCustomer, customer, placed));
    let first = terms.len();
    for tracking in order.shipments.iter().filter_map(|s| s.tracking.as_ref()) {
        let term = Term::new(Index::OrdersByTracking, tracking.scope(), 0);
        if !terms.iter().skip(first).any(|other| *other == term) {
            terms.push(term);
        }
    }
    if let Some(since) = order.overdue_since {
        terms.push(Term::new(Index::OverdueOrders, Uuid::nil(), rank_of(since)));
    }
    if let Some(look_at) = order.look_at {
        terms.push(Term::new(Index::Due, bucket_of(key.id), rank_of(look_at)));
    }
}

fn of_account(account: &Account, terms: &mut AllTerms) {
    let customer = account.customer.uuid();
    terms.push(Term::new(Index::AccountsByCustomer, customer, 0));
    if account.merged_into.is_none() {
        let scope = account.programme.scope();
        terms.push(Term::new(Index::AccountsByProgramme, scope, 0));
    }
    if let Some(next_at) = account.next_at() {
        let bucket = bucket_of(account.id.uuid());
        terms.push(Term::new(Index::Due, bucket, rank_of(next_at)));
    }
}

fn of_return(rma: &Return, key: Key, terms: &mut AllTerms) {
    let announced = rank_of(rma.announced_at);
    on_timeline(rma.customer, rma.announced_at, terms);
    let (order, customer) = (rma.order.uuid(), rma.customer.uuid());
    terms.push(Term::new(Index::ReturnsByOrder, order, announced));
    terms.push(Term::new(Index::ReturnsByCustomer, customer, announced));
    if let Some(expires_at) = rma.expires_at {
        let rank = rank_of(expires_at);
        terms.push(Term::new(Index::Due, bucket_of(key.id), rank));
    }
}

fn of_plan(plan: &Plan, terms: &mut AllTerms) {
    let started = rank_of(plan.started_at);
    let customer = plan.customer.uuid();
    on_timeline(plan.customer, plan.started_at, terms);
    terms.push(Term::new(Index::PlansByCustomer, customer, started));
    if let Some(unit) = plan.unit.filter(|_| plan.status != PlanStatus::Ended) {
        terms.push(Term::new(Index::PlansByUnit, unit.uuid(), started));
    }
    if let Some(next_at) = plan.next_at {
        let bucket = bucket_of(plan.id.uuid());
        terms.push(Term::new(Index::Due, bucket, rank_of(next_at)));
    }
}

/// A date as a rank: its midnight in UTC.
pub(crate) fn rank_of_date(date: NaiveDate) -> i64 {
    rank_of(date.and_time(NaiveTime::MIN).and_utc())
}

fn of_occurrence(occurrence: &Occurrence, terms: &mut AllTerms) {
    let plan = occurrence.plan.uuid();
    let scheduled = rank_of_date(occurrence.scheduled_on);
    terms.push(Term::new(Index::OccurrencesByPlan, plan, scheduled));
    let due = rank_of_date(occurrence.dates.due_on);
    let customer = occurrence.customer.uuid();
    terms.push(Term::new(Index::OccurrencesByCustomer, customer, due));
    if occurrence.status.is_open() {
        terms.push(Term::new(Index::OpenOccurrences, plan, due));
        let overdue = rank_of(occurrence.dates.overdue_at);
        terms.push(Term::new(Index::OverdueOccurrences, Uuid::nil(), overdue));
    }
    if let Some(next_at) = occurrence.next_at() {
        let bucket = bucket_of(occurrence.id.uuid());
        terms.push(Term::new(Index::Due, bucket, rank_of(next_at)));
    }
}

fn of_visit(visit: &Visit, terms: &mut AllTerms) {
    let customer = visit.plan.customer.uuid();
    let planned = rank_of(visit.planned_at);
    on_timeline(visit.plan.customer, visit.on_timeline_at(), terms);
    terms.push(Term::new(Index::VisitsByCustomer, customer, planned));
    if let Some(appointment) = visit.appointment
        && visit.status != VisitStatus::Cancelled
    {
        let technician = appointment.technician.uuid();
        let from = rank_of(appointment.from);
        terms.push(Term::new(Index::VisitsByTechnician, technician, from));
    }
    if let Some(unit) = visit.plan.unit {
        terms.push(Term::new(Index::VisitsByUnit, unit.uuid(), planned));
    }
    match (visit.status, visit.appointment) {
        (VisitStatus::Planned, _) => {
            terms.push(Term::new(Index::VisitsToBook, Uuid::nil(), planned));
        }
        (VisitStatus::Booked | VisitStatus::Underway, Some(appointment)) => {
            let to = rank_of(appointment.to);
            terms.push(Term::new(Index::OpenVisits, Uuid::nil(), to));
        }
        (VisitStatus::Booked | VisitStatus::Underway, None)
        | (VisitStatus::Done | VisitStatus::Cancelled, _) => {}
    }
    if let Some(report_by) = visit.report_by {
        let bucket = bucket_of(visit.id.uuid());
        terms.push(Term::new(Index::Due, bucket, rank_of(report_by)));
    }
}

fn of_technician(technician: &Technician, terms: &mut AllTerms) {
    if technician.is_active {
        terms.push(Term::new(Index::Technicians, Uuid::nil(), 0));
    }
}

fn of_warranty(warranty: &Warranty, key: Key, terms: &mut AllTerms) {
    if let Some(looks_at) = warranty.looks_at {
        terms.push(Term::new(Index::Due, bucket_of(key.id), rank_of(looks_at)));
    }
}

/// The scope of claims for a serial number; `None` when it has no letter or digit.
pub(crate) fn serial_scope(serial: &Code, secret: &SecretKey) -> Option<Uuid> {
    let key = serial_key(serial);
    let digest = secret.digest().with_str("warranty_claim.serial");
    (!key.is_empty()).then(|| Uuid::from_u128(digest.with_str(&key).finish()))
}

fn of_warranty_claim(claim: &WarrantyClaim, key: Key, secret: &SecretKey, terms: &mut AllTerms) {
    let filed = rank_of(claim.filed_at);
    let customer = claim.filing.customer.uuid();
    // The customer is shown it by `ViewClaim`, without what seemed odd.
    terms.push(Term::new(Index::Timeline, customer, filed));
    terms.push(Term::new(Index::ClaimsByCustomer, customer, filed));
    if let Some(unit) = claim.filing.unit {
        terms.push(Term::new(Index::ClaimsByUnit, unit.uuid(), filed));
    }
    let serial = claim.filing.serial.as_ref();
    if let Some(scope) = serial.and_then(|serial| serial_scope(serial, secret)) {
        terms.push(Term::new(Index::ClaimsBySerial, scope, filed));
    }
    if claim.has_open_flags() {
        terms.push(Term::new(Index::ClaimsToReview, Uuid::nil(), filed));
    }
    if claim.is_open() {
        let due = claim.due_at().map_or(i64::MAX, rank_of);
        terms.push(Term::new(Index::OpenClaims, Uuid::nil(), due));
    }
    if let Some(next_at) = claim.next_at() {
        terms.push(Term::new(Index::Due, bucket_of(key.id), rank_of(next_at)));
    }
}

fn of_survey(survey: &Survey, key: Key, terms: &mut AllTerms) {
    let planned = rank_of(survey.planned_at);
    let customer = survey.plan.customer;
    let subject = survey.plan.about.number(customer);
    terms.push(Term::new(
        Index::SurveysByCustomer,
        customer.uuid(),
        planned,
    ));
    terms.push(Term::new(Index::SurveysBySubject, subject, planned));
    if let Some(follow_up) = &survey.follow_up
        && follow_up.closed_at.is_none()
    {
        let (team, due) = (follow_up.team.scope(), rank_of(follow_up.due_at));
        terms.push(Term::new(Index::FollowUpsByTeam, team, due));
    }
    if let Some(next_at) = survey.next_at() {
        terms.push(Term::new(Index::Due, bucket_of(key.id), rank_of(next_at)));
    }
}
