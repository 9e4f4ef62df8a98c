//! Shapes that are stored must stay readable: `tests/fixtures/v0/` holds one of each, as JSON.
//!
//! Every file is a list of values of one type. The rules:
//!
//! - Whatever a file holds can be read, and written back without losing anything, for ever.
//! - Whatever these modules build is in the file exactly as it is written today.
//! - Numbers that are worked out and stored (ids, hashes, index terms) are the same for ever.
//! - Every variant of a stored enum occurs. A new one fails here until it is built here.
//!
//! Files only ever grow. After adding a value, or a field with a default, append what is new with
//!
//! ```text
//! AFTERCARE_GOLDEN=write cargo test --test all golden
//! ```
//!
//! and look at the difference: lines may be added, none may be changed or removed. (Until 0.1.0 is published nothing was
//! promised yet: the directory may be emptied and written anew.)

mod case;
mod customer;
mod hashes;
mod interaction;
mod loyalty;
mod message;
mod order;
mod product;
mod service;
mod sla;
mod survey;
mod values;
mod variants;
mod warranty;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::path::PathBuf;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use variants::{variant_of, variants_of};

/// A file of golden values.
struct File {
    name: String,
    path: PathBuf,
    held: Vec<Value>,
    grew: bool,
}

impl File {
    fn open(name: &str) -> Self {
        let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/v0");
        let path = PathBuf::from(directory).join(format!("{name}.json"));
        let held = match std::fs::read_to_string(&path) {
            Ok(text) => serde_json::from_str(&text).unwrap(),
            Err(_) => Vec::new(),
        };
        Self {
            name: name.to_owned(),
            path,
            held,
            grew: false,
        }
    }

    /// Whatever was written once is still understood, and nothing of it is lost.
    fn is_read<T: Serialize + DeserializeOwned>(&self) {
        for (n, old) in self.held.iter().enumerate() {
            let read: T = serde_json::from_value(old.clone())
                .unwrap_or_else(|error| panic!("{}[{n}] cannot be read: {error}", self.name));
            let back = serde_json::to_value(&read).unwrap();
            assert!(
                holds(&back, old),
                "{}[{n}] lost something:\nit was {old}\nand is {back}",
                self.name
            );
        }
    }

    /// What is written today stands in the file.
    fn has(&mut self, value: Value) {
        if self.held.contains(&value) {
            return;
        }
        assert!(
            std::env::var("AFTERCARE_GOLDEN").is_ok_and(|wish| wish == "write"),
            "{} has no such value; see tests/all/golden.rs for how to add it:\n{value:#}",
            self.name
        );
        self.held.push(value);
        self.grew = true;
    }

    fn close(self) {
        let text = serde_json::to_string_pretty(&self.held).unwrap() + "\n";
        if self.grew {
            std::fs::create_dir_all(self.path.parent().unwrap()).unwrap();
            std::fs::write(&self.path, text).unwrap();
        } else {
            let file = std::fs::read_to_string(&self.path).unwrap();
            assert_eq!(file, text, "{} is not in its usual form", self.name);
        }
    }
}

/// Whether `new` says everything that `old` says; it may say more, in fields that came later.
fn holds(new: &Value, old: &Value) -> bool {
    match (new, old) {
        (Value::Object(new), Value::Object(old)) => old
            .iter()
            .all(|(field, old)| new.get(field).is_some_and(|new| holds(new, old))),
        (Value::Array(new), Value::Array(old)) => {
            new.len() == old.len() && new.iter().zip(old).all(|(new, old)| holds(new, old))
        }
        (new, old) => new == old,
    }
}

/// Values of one type: they are in the file of this name, and everything in it can be read.
pub fn golden<T>(name: &str, values: &[T])
where
    T: Serialize + DeserializeOwned + PartialEq + Debug,
{
    let mut file = File::open(name);
    file.is_read::<T>();
    for value in values {
        let written = serde_json::to_value(value).unwrap();
        let read: T = serde_json::from_value(written.clone()).unwrap();
        assert_eq!(read, *value, "{name}: what was written is read otherwise");
        file.has(written);
    }
    file.close();
}

/// The same for what is worked out: nothing in the file may be worked out otherwise today.
pub fn golden_exact<T>(name: &str, values: &[T])
where
    T: Serialize + DeserializeOwned + PartialEq + Debug,
{
    golden(name, values);
    for old in File::open(name).held {
        let old: T = serde_json::from_value(old).unwrap();
        assert!(values.contains(&old), "{name}: {old:?} is gone");
    }
}

/// The same for an enum, every variant of which must be there.
pub fn golden_enum<T>(name: &str, values: &[T])
where
    T: Serialize + DeserializeOwned + PartialEq + Debug,
{
    golden(name, values);
    let held = File::open(name).held;
    let held: BTreeSet<&str> = held.iter().map(variant_of).collect();
    let missing: Vec<_> = variants_of::<T>()
        .iter()
        .filter(|variant| !held.contains(**variant))
        .collect();
    assert!(
        missing.is_empty(),
        "{name}: no golden value for {missing:?}"
    );
    let gone: Vec<_> = held
        .iter()
        .filter(|variant| !variants_of::<T>().contains(variant))
        .collect();
    assert!(gone.is_empty(), "{name}: {gone:?} is no longer known");
}

/// Words of an enum without data: none may go, and none comes unnoticed.
fn words(of: &mut BTreeMap<&'static str, Value>, name: &'static str, words: &[&str]) {
    of.insert(name, words.into());
}

#[test]
fn words_stay() {
    let mut all = BTreeMap::new();
    macro_rules! words_of {
        ($($name:literal: $type:ty,)*) => {
            $(words(&mut all, $name, variants_of::<$type>());)*
        };
    }
    words_of! {
        "calendar.boundary": aftercare::calendar::Boundary,
        "case.link_kind": aftercare::case::LinkKind,
        "case.severity": aftercare::case::Severity,
        "customer.profile_part": aftercare::customer::ProfilePart,
        "interaction.channel": aftercare::interaction::Channel,
        "interaction.direction": aftercare::interaction::Direction,
        "interaction.mark": aftercare::interaction::Mark,
        "interaction.phase": aftercare::interaction::Phase,
        "interaction.status": aftercare::interaction::Status,
        "interaction.visibility": aftercare::interaction::Visibility,
        "order.cancelled_by": aftercare::order::CancelledBy,
        "order.free_until": aftercare::order::FreeUntil,
        "order.milestone": aftercare::order::Milestone,
        "order.notice": aftercare::order::Notice,
        "order.acceptance": aftercare::order::Acceptance,
        "order.check": aftercare::order::Check,
        "order.counted_from": aftercare::order::CountedFrom,
        "order.first_day": aftercare::order::FirstDay,
        "order.on_failure": aftercare::order::OnFailure,
        "order.reception": aftercare::order::Reception,
        "order.refund_kind": aftercare::order::RefundKind,
        "order.shipping_refund": aftercare::order::ShippingRefund,
        "order.promise_day": aftercare::order::PromiseDay,
        "order.tax_basis": aftercare::order::TaxBasis,
        "order.withdrawal_exception": aftercare::order::WithdrawalException,
        "rulebook.trigger": aftercare::rulebook::Trigger,
        "product.acquired": aftercare::product::Acquired,
        "product.serials": aftercare::product::Serials,
        "loyalty.after_spending": aftercare::loyalty::AfterSpending,
        "loyalty.crossing": aftercare::loyalty::Crossing,
        "loyalty.downgrade": aftercare::loyalty::Downgrade,
        "loyalty.overdraw": aftercare::loyalty::Overdraw,
        "loyalty.stacking": aftercare::loyalty::Stacking,
        "loyalty.unit": aftercare::loyalty::Unit,
        "calendar.month_end": aftercare::calendar::MonthEnd,
        "service.absent": aftercare::service::Absent,
        "service.anchor": aftercare::service::Anchor,
        "service.holiday_shift": aftercare::service::HolidayShift,
        "service.moved": aftercare::service::Moved,
        "service.occurrence_status": aftercare::service::OccurrenceStatus,
        "service.place": aftercare::service::Place,
        "service.plan_status": aftercare::service::PlanStatus,
        "service.visit_status": aftercare::service::VisitStatus,
        "satisfaction.effort_figure": aftercare::satisfaction::EffortFigure,
        "satisfaction.rating": aftercare::satisfaction::Rating,
        "survey.follow_up_stage": aftercare::survey::FollowUpStage,
        "survey.status": aftercare::survey::SurveyStatus,
        "sla.aspect": aftercare::sla::Aspect,
        "sla.basis": aftercare::sla::Basis,
        "sla.end_reason": aftercare::sla::EndReason,
        "sla.metric": aftercare::sla::Metric,
        "sla.origin": aftercare::sla::Origin,
        "sla.reopen_mode": aftercare::sla::ReopenMode,
        "sla.speaker": aftercare::sla::Speaker,
        "sla.status_category": aftercare::sla::StatusCategory,
        "warranty.claim_status": aftercare::warranty::ClaimStatus,
        "warranty.counted": aftercare::warranty::Counted,
        "warranty.counts_from": aftercare::warranty::CountsFrom,
        "warranty.item": aftercare::warranty::Item,
        "warranty.party": aftercare::warranty::Party,
        "warranty.remedy": aftercare::warranty::Remedy,
        "warranty.replacement_term": aftercare::warranty::ReplacementTerm,
        "warranty.start_basis": aftercare::warranty::StartBasis,
        "warranty.term_kind": aftercare::warranty::TermKind,
        "warranty.verdict": aftercare::warranty::Verdict,
    }
    let mut file = File::open("words");
    for (name, words) in all {
        let known: Vec<Value> = words.as_array().unwrap().clone();
        for word in known {
            file.has(serde_json::json!({ name: word }));
        }
        for old in file.held.iter().filter_map(|line| line.get(name)) {
            assert!(
                words.as_array().unwrap().contains(old),
                "{name}: {old} is gone"
            );
        }
    }
    file.close();
}
