//! Warranty: terms, regimes, remedies. The kinds about returns and refunds run with orders.
//!
//! The regimes are those that ship as examples; a case names its place by `jurisdiction`.

mod law;
mod story;
mod terms;

use aftercare::code;
use aftercare::kernel::{Currency, Money};
use aftercare::warranty::{Dates, Length, Regime, Regimes, Spell};
use chrono::NaiveDate;
use serde_json::{Value, json};

use self::law::{
    clock_start, deadline, deduction, extends, presumption, reject, remedies, remedy_choice,
    repair_days, tolling,
};
use self::terms::{
    federal, gate, implied_limit, meter, periodic_service, serial_status, special_term, split,
    start, term, work,
};
use super::case::{Case, Outcome};

/// The input of one case.
struct Input<'a>(&'a Value);

impl Input<'_> {
    fn has(&self, name: &str) -> bool {
        !self.0[name].is_null()
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0[name].as_str()
    }

    fn date(&self, name: &str) -> Option<NaiveDate> {
        self.text(name).map(date)
    }

    fn need(&self, name: &str) -> NaiveDate {
        let missing = || panic!("no date {name} in {}", self.0);
        self.date(name).unwrap_or_else(missing)
    }

    fn integer(&self, name: &str) -> Option<i64> {
        self.0[name].as_i64()
    }

    fn count(&self, name: &str) -> u32 {
        self.integer(name).unwrap_or(0).try_into().unwrap()
    }

    fn flag(&self, name: &str) -> bool {
        self.0[name].as_bool().unwrap_or(false)
    }

    /// The regime of its place for a sale on this date.
    fn regime(&self, sold_on: NaiveDate) -> Option<Regime> {
        let name = match self.text("jurisdiction")? {
            "TR" => code!("tr.consumer"),
            "EU" => code!("eu.consumer"),
            "UK" => code!("gb.consumer"),
            "US-CA" => code!("us_ca.consumer"),
            _ => return None,
        };
        regimes().at(&name, sold_on).cloned()
    }

    /// The repairs it lists.
    fn spells(&self) -> Vec<Spell> {
        let repairs = self.0["repairs"].as_array();
        let repair = |it: &Value| {
            let it = Input(it);
            let from = it.date("notified").or(it.date("start")).or(it.date("from"));
            Spell::new(from.unwrap(), it.date("returned").or(it.date("end")))
        };
        repairs.into_iter().flatten().map(repair).collect()
    }
}

fn regimes() -> Regimes {
    serde_json::from_str(include_str!("../../../examples/data/warranty_regimes.json")).unwrap()
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// An ISO 8601 duration of one unit, such as `P2Y`.
fn length(text: &str) -> Option<Length> {
    let text = text.strip_prefix('P')?;
    let (count, unit) = text.split_at_checked(text.len() - 1)?;
    let count = count.parse().ok()?;
    Some(match unit {
        "Y" => Length::Years(count),
        "M" => Length::Months(count),
        "W" => Length::Days(count * 7),
        "D" => Length::Days(count),
        _ => return None,
    })
}

fn iso(length: Length) -> String {
    match length {
        Length::Years(count) => format!("P{count}Y"),
        Length::Months(count) if count % 12 == 0 => format!("P{}Y", count / 12),
        Length::Months(count) => format!("P{count}M"),
        Length::Days(count) => format!("P{count}D"),
        other => format!("{other:?}"),
    }
}

/// A sale of the time in which the newest regime of a place holds.
fn today() -> NaiveDate {
    date("2026-09-01")
}

pub(crate) fn run(case: &Case) -> Outcome {
    let input = Input(case.get("input"));
    let expected = case.get("expected");
    let got = match case.kind() {
        "term_end" | "in_term" | "replacement_remaining" | "explicit_end_date" | "term_days" => {
            term(case.kind(), &input)
        }
        "term_start" | "term_start_conflict" | "start_basis" => start(&input),
        "repair_extends" | "repair_extends_overlap" | "repair_extends_once" => extends(&input),
        "max_repair_deadline" | "loaner_deadline" => deadline(case.kind(), &input),
        "max_repair_clock_start" => clock_start(&input),
        "max_repair_days_by_group" | "max_repair_versioned" | "max_repair_days" => {
            repair_days(case.kind(), &input)
        }
        "remedy_unlock"
        | "remedy_unlock_versioned"
        | "remedy_first_claim"
        | "remedy_order"
        | "final_reject"
        | "choice_lock" => remedies(case.kind(), &input, expected),
        "remedy_choice" => remedy_choice(&input),
        "meter_term_without_meter" => meter(&input),
        "burden_of_proof" => presumption(&input),
        "second_hand_term" | "digital_elements_term" => special_term(case.kind(), &input),
        "use_before_replacement" | "deduction_for_use" => deduction(case.kind(), &input),
        "short_term_reject" => reject(&input),
        "tolling" => tolling(&input),
        "full_warranty" | "tie_in" => federal(case.kind(), &input),
        "serial_status" => serial_status(&input),
        "split_coverage" => split(&input),
        "work_warranty" => work(&input),
        "claim_gate" => gate(&input),
        "return_refund"
        | "return_window"
        | "reimbursement_type"
        | "refund_rounding"
        | "refund_split"
        | "return_acceptance"
        | "return_refund_tax"
        | "return_refund_shipping"
        | "return_refund_discounted_line"
        | "refund_invariant"
        | "withdrawal" => return super::returns::run(case),
        "periodic_service_labour" => periodic_service(&input),
        "implied_limit" => implied_limit(&input),
        "return_clears_warranty" => story::taken_back(),
        "repair_count" => story::visits(&input),
        "supplier_recovery_extended" => story::supplier_extended(&input),
        "redress" => story::redress(),
        "short_term_reject_contract" => story::agreed_less(&input),
        "notice_proof" => {
            return Outcome::missing("who must prove a notice before a court: nothing follows");
        }
        "claim_document" => {
            return Outcome::missing("the document that another system writes");
        }
        other => return Outcome::missing(other),
    };
    match got {
        Some(got) => Outcome::compare(got, expected.clone()),
        None => Outcome::missing(format!("this form of {}", case.kind())),
    }
}

fn last_day(got: Option<NaiveDate>) -> Option<Value> {
    Some(json!({ "last_covered_day": got? }))
}

fn dates(purchased_on: Option<NaiveDate>, delivered_on: Option<NaiveDate>) -> Dates {
    Dates {
        purchased_on,
        delivered_on: delivered_on.into_iter().collect(),
        ..Dates::default()
    }
}

fn euro(amount: i64) -> Money {
    Money::new(amount * 100, Currency::EUR)
}
